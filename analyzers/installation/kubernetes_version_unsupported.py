"""Istio's control plane is of a version that does not support the cluster's version of Kubernetes.

Why: Istio uses parts of the API that older clusters do not have, and nobody tests the two together: istiod may not
start, or sidecars may not be injected as it expects.

Example:
    kind: Deployment
    metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
    spec:
      template:
        spec:
          containers:
          - {name: discovery, image: docker.io/istio/pilot:1.28.0}     # needs Kubernetes 1.30; the Nodes run v1.27

Fix: upgrade the cluster before Istio, or stay with a version of Istio that supports it.

Silent when: the version of either is not known, or Istio's is not in the table of supported releases. From Nodes alone
it is an error only if no API server that may be used with such Nodes is new enough.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ControlPlane,
    Deployment,
    MeshGraph,
    Node,
    Severity,
    analyzer,
    control_planes,
    kubelets,
    minor,
    minor_text,
)

# The oldest supported Kubernetes, from the table of supported releases in Istio's documentation.
_NEEDS = {20: 25, 21: 26, 22: 27, 25: 29, 26: 29, 27: 29, 28: 30, 29: 31, 30: 32}
_KUBELET_MAY_BE_BEHIND = 3


@analyzer("IST0142", "kubernetes-version-unsupported", Severity.ERROR, reads=(Deployment, Node))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    server, nodes = minor(mesh.coverage.version), kubelets(mesh)
    for plane in control_planes(mesh):
        needed = (1, _NEEDS.get(plane.version[1], 0))
        if server:
            if server < needed:
                yield _claim(plane, needed, f"the API server is {minor_text(server)}", Severity.ERROR)
        elif nodes and nodes.newest < needed:
            possible = (nodes.oldest[0], nodes.oldest[1] + _KUBELET_MAY_BE_BEHIND)
            severity = Severity.ERROR if possible < needed else Severity.WARNING
            yield _claim(plane, needed, f"the newest node runs {minor_text(nodes.newest)}", severity)


def _claim(plane: ControlPlane, needed: tuple[int, int], why: str, severity: Severity) -> Claim:
    return Claim(
        plane.source,
        plane.path,
        f"Istio {plane.shown} supports Kubernetes {minor_text(needed)} and newer, and {why}.",
        fix="Upgrade the cluster first, or stay with a version of Istio that supports it.",
        severity=severity,
    )
