"""A Link has no controller that is available, or more than one.

Why: the controller of a Link makes the mirror Services of the other cluster and keeps their endpoints. Without it they
stay as they are, whatever happens there; two of them undo each other's work.

Example:
    kind: Link
    metadata: {name: west, namespace: linkerd-multicluster}
    spec: {targetClusterName: west}   # and no Deployment has the label mirror.linkerd.io/cluster-name: west

Fix: add the Link to `controllers` of the values of the chart linkerd-multicluster, or look at the pods of the
controller that is there.

Silent when: there is one, and one of its pods is available or its status is not known.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Also, Claim, Deployment, MeshGraph, Missing, Severity, analyzer
from meshctl.analysis.api.linkerdlive import CLUSTER, Link, available, mirror_controllers


@analyzer(
    "LKD502",
    "linkerd-link-controller-unavailable",
    Severity.ERROR,
    reads=(Link, Deployment),
    absent=(Deployment,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for link in mesh.all(Link):
        controllers = mirror_controllers(mesh).get((link.namespace, link.target), ())
        path = ("spec", "targetClusterName") if "targetClusterName" in link.spec else ("metadata", "name")
        if not controllers:
            yield Claim(
                link,
                path,
                f"A controller that mirrors the Services of cluster {link.target} {ABSENT}: nothing of it is kept up "
                "to date here.",
                fix="Add the Link to `controllers` of the values of the chart linkerd-multicluster.",
                absent=Missing("Deployment", f"{CLUSTER}={link.target}", Deployment.KINDS, link.namespace),
            )
        elif len(controllers) > 1:
            names = ", ".join(each.full_name for each in controllers)
            yield Claim(
                link,
                path,
                f"{len(controllers)} controllers mirror the Services of cluster {link.target} and undo each other's "
                f"work: {names}.",
                fix="Delete all but one of them.",
                related=tuple(Also(each, ("metadata", "name"), "one of them") for each in controllers[:3]),
            )
        elif available(controllers[0]) == 0:
            yield Claim(
                controllers[0],
                ("metadata", "name"),
                f"No pod of {controllers[0].full_name} is available: the Services of cluster {link.target} are not "
                "kept up to date here.",
                fix=f"Look why: kubectl describe deployment/{controllers[0].name} -n {controllers[0].namespace}.",
                related=(Also(link, path, "the Link"),),
            )
