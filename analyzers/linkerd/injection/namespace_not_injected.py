"""A namespace with workloads says nothing about Linkerd, while others are in the mesh.

Why: traffic of these pods has no mTLS and servers that demand identities refuse it. That may be intended; then say
`linkerd.io/inject: disabled`, and nobody has to ask.

Example:
    kind: Namespace
    metadata: {name: tools}   # no annotation linkerd.io/inject

Fix: annotate the namespace `linkerd.io/inject: enabled` and restart its workloads, or annotate it `disabled`.

Silent when: a pod of it says something about Linkerd itself, the namespace is in another mesh, has no workload, or is
one of the system: of Kubernetes, or of Linkerd and its extensions.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    INJECTION,
    REVISION,
    Claim,
    MeshGraph,
    Namespace,
    Severity,
    Workload,
    analyzer,
    in_ambient_namespace,
    is_istios_namespace,
)
from meshctl.analysis.api.linkerd import INJECT, MESHED, is_control_plane

_SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease", "local-path-storage", "cert-manager"})
_CONSUL = "consul.hashicorp.com/connect-inject"


@analyzer("LKD109", "linkerd-namespace-not-injected", Severity.INFO, reads=(Namespace, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if not any(namespace.annotations.get(INJECT) in ("enabled", "ingress") for namespace in mesh.all(Namespace)):
        return
    silent: dict[str, bool] = {}
    for workload in mesh.all(Workload):
        speaks = any(key in workload.pod_annotations for key in (INJECT, _CONSUL)) or MESHED in workload.pod_labels
        silent[workload.namespace] = silent.get(workload.namespace, True) and not speaks
    for namespace in mesh.all(Namespace):
        if silent.get(namespace.name) and not _is_decided(mesh, namespace):
            yield Claim(
                namespace,
                ("metadata", "name"),
                f"Namespace {namespace.name} says nothing about Linkerd, so its pods are not in the mesh.",
                fix=f"Run `kubectl annotate namespace {namespace.name} {INJECT}=enabled` and restart its workloads, or"
                f" annotate it {INJECT}=disabled.",
            )


def _is_decided(mesh: MeshGraph, namespace: Namespace) -> bool:
    another = INJECTION in namespace.labels or REVISION in namespace.labels
    system = namespace.name in _SYSTEM or is_control_plane(namespace) or is_istios_namespace(mesh, namespace.name)
    return INJECT in namespace.annotations or another or system or in_ambient_namespace(mesh, namespace.name)
