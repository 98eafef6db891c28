"""The pods of live clusters that can be asked: proxies and istiods, and what keeps one from answering."""

import json

from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.kinds.workload import PROXY, Pod
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxied import other_proxy

ADMIN = 15000
"""The port of Envoy's admin interface, unless somebody moved it."""

LINKERD_ADMIN, LINKERD_METRICS = 4191, "/metrics"
"""The port of linkerd-proxy's admin interface, and the path of its metrics there."""

_ISTIOD, _ZTUNNEL, _LINKERD = "istiod", "ztunnel", "linkerd-proxy"


def names_of(namespace: str, pod: str) -> tuple[str, str, str]:
    """How people name a proxy."""
    return pod, f"{pod}.{namespace}", f"{namespace}/{pod}"


def proxy_pods(mesh: MeshGraph) -> tuple[tuple[str, str], ...]:
    """Namespace and name of every pod that runs a proxy, whether it can be asked or not."""
    return tuple((pod.namespace, pod.name) for pod in mesh.all(Pod) if pod.proxy and not pod.has_ended)


def is_ztunnel(pod: Pod) -> bool:
    """Whether it is the proxy of a node in ambient mode."""
    return pod.pod_labels.get("app") == _ZTUNNEL


def is_linkerd(pod: Pod) -> bool:
    """Whether its sidecar is that of Linkerd."""
    other = other_proxy(pod)
    return pod.proxy is None and other is not None and other.name == _LINKERD


def is_istiod(pod: Pod) -> bool:
    """Whether it is a control plane that runs."""
    return pod.pod_labels.get("app") == _ISTIOD and runs(pod)


def runs(pod: Pod) -> bool:
    """Whether it runs and is not about to end."""
    return pod.status.get("phase") == "Running" and "deletionTimestamp" not in pod.metadata


def not_running(pod: Pod) -> str:
    """Why the proxy of a pod cannot answer; empty where it may."""
    for field in ("containerStatuses", "initContainerStatuses"):
        for _, status in numbered(pod.status.get(field)):
            state = mapping(status.get("state"))
            if status.get("name") == PROXY and state and "running" not in state:
                reason = next((text(mapping(each).get("reason")) for each in state.values()), "")
                return f"does not run: its container {PROXY} is {next(iter(state))}" + (
                    f" ({reason})" if reason else ""
                )
    return ""


def admin_port(pod: Pod) -> int:
    """The port of Envoy's admin interface: 15000, unless the configuration in the pod moves it."""
    if pod.proxy:
        for _, variable in numbered(pod.proxy.fields.get("env")):
            if variable.get("name") == "PROXY_CONFIG":
                try:
                    port = mapping(json.loads(text(variable.get("value")) or "{}")).get("proxyAdminPort")
                except ValueError:
                    return ADMIN
                return port if isinstance(port, int) and 0 < port < 65536 else ADMIN
    return ADMIN


def label(pod: Pod) -> str:
    """How notes call it."""
    return f"{pod.namespace}/{pod.name}" + (f" of {pod.cluster}" if pod.cluster else "")
