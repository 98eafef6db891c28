"""A CustomResourceDefinition that Linkerd needs is missing, or does not serve the version that Linkerd reads.

Why: the control plane watches all of its kinds when it starts. Where the API server does not know one of them in the
version that is asked for, linkerd-destination does not become ready, or policies of that kind have no effect.

Example:
    kind: CustomResourceDefinition
    metadata: {name: servers.policy.linkerd.io}
    spec:
      group: policy.linkerd.io
      names: {kind: Server}
      versions: [{name: v1beta1, served: true}]   # and the control plane of today reads v1beta3

Fix: upgrade the chart linkerd-crds first, the control plane after it.

Silent when: the input has no CRD of Linkerd at all, as those of a chart in a repository of its own. Of a control plane
from before 2025 or of a version that is not known, only the kinds that all of them need are looked for.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    CustomResourceDefinition,
    Deployment,
    MeshGraph,
    Missing,
    Severity,
    analyzer,
)
from meshctl.analysis.api.linkerdlive import control_plane, needed_definitions

_FIX = "Install the chart linkerd-crds of the version of the control plane."


@analyzer(
    "LKD403",
    "linkerd-definition-missing",
    Severity.ERROR,
    reads=(Deployment, ConfigMap, CustomResourceDefinition),
    absent=(CustomResourceDefinition,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    first = control_plane(mesh).get("destination")
    known = {each.defines: each for each in mesh.all(CustomResourceDefinition)}
    if first is None or not any(kind.group.endswith("linkerd.io") for kind in known):
        return
    for kind, version in needed_definitions(mesh).items():
        definition = known.get(kind)
        if definition is None:
            name = f"{kind.kind} of {kind.group}"
            yield Claim(
                first,
                ("metadata", "name"),
                f"Linkerd's control plane needs the CustomResourceDefinition of {name}, which {ABSENT}.",
                fix=_FIX,
                absent=Missing("CustomResourceDefinition", name, CustomResourceDefinition.KINDS),
            )
        elif version and version not in definition.served:
            served = ", ".join(definition.served) or "no version"
            yield Claim(
                definition,
                ("spec", "versions"),
                f"Linkerd's control plane reads {kind.kind} in version {version}, and this definition serves {served}.",
                fix=_FIX,
            )
