"""Linkerd is installed to be highly available, and a part of its control plane has one replica.

Why: when the node of that one pod goes, proxies get no certificates and no endpoints until another has started; where
the injector fails closed, as it does in such an installation, no pod can be made in that time.

Example:
    data:
      values: |
        highAvailability: true   # and Deployment linkerd-destination has one replica

Fix: give it three replicas, as the values for high availability do, and see why some are not available.

Silent when: highAvailability is not on, or two are available, or wanted where there is no status; none is available,
which is an error of its own (LKD402).
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, ConfigMap, Deployment, MeshGraph, Severity, analyzer
from meshctl.analysis.api.linkerdlive import available, control_plane, linkerd_values


@analyzer("LKD408", "linkerd-replicas-too-few", Severity.WARNING, reads=(Deployment, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if linkerd_values(mesh).get("highAvailability") is not True:
        return
    for deployment in control_plane(mesh).values():
        running = available(deployment)
        wanted = deployment.replicas < 2
        if wanted or running == 1:
            what = "wants" if wanted else "has only"
            count = deployment.replicas if wanted else running
            if count == 1:
                yield Claim(
                    deployment,
                    ("spec", "replicas") if "replicas" in deployment.spec else ("metadata", "name"),
                    f"Linkerd is installed to be highly available, and {deployment.full_name} {what} 1 replica: when "
                    "its node goes, the mesh is without it.",
                    fix="Give it three replicas." if wanted else "Look why its other pods are not available.",
                )
