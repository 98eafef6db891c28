"""Which pods have a proxy, or get one from the injector."""

from meshctl.graph.injector import injector
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.mesh import MeshGraph

_INJECT = "sidecar.istio.io/inject"
_REVISION = "istio.io/rev"
_NEVER = frozenset({"kube-system", "kube-public", "kube-node-lease", "local-path-storage"})


def injected_proxy(workload: Workload) -> Container | None:
    """The proxy that is in the pod already. One without an image, or `auto`, only adjusts what the injector adds."""
    proxy = workload.proxy
    return proxy if proxy is not None and proxy.image not in ("", "auto") else None


def gets_proxy(mesh: MeshGraph, workload: Workload) -> bool | None:
    """Whether its pods have a proxy or get one; None where that depends on a Namespace that was not read."""
    if injected_proxy(workload):
        return True
    if _exists(workload) or workload.host_network or workload.namespace in _NEVER:
        return False
    wish = workload.pod_labels.get(_INJECT, workload.pod_annotations.get(_INJECT))
    if wish == "false":
        return False
    asks = workload.pod_labels.get(_INJECT) == "true" or (_REVISION in workload.pod_labels)
    namespace = mesh.get(Namespace, "", workload.namespace)
    if namespace is None:
        return True if asks else None
    if "istio-injection" in namespace.labels:
        return namespace.labels["istio-injection"] == "enabled"
    if _REVISION in namespace.labels or asks:
        return True
    return _everywhere(mesh, workload)


def _exists(workload: Workload) -> bool:
    """A pod that runs, or is made by a controller, has what it has."""
    if not workload.is_pod:
        return False
    return bool(workload.status or workload.controller[0] or workload.pod_spec.get("nodeName"))


def _everywhere(mesh: MeshGraph, workload: Workload) -> bool:
    by = injector(mesh, workload)
    webhook = by.values.get("sidecarInjectorWebhook") if by else None
    return isinstance(webhook, dict) and webhook.get("enableNamespacesByDefault") is True
