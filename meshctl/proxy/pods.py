"""The pods of live clusters that can be asked: proxies and istiods, and what keeps one from answering."""

import json
from collections.abc import Mapping

from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.kinds.workload import PROXY, Pod
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxied import other_proxy

ADMIN = 15000
"""The port of Envoy's admin interface, unless somebody moved it."""

_ISTIOD, _ZTUNNEL = "istiod", "ztunnel"


def names_of(namespace: str, pod: str) -> tuple[str, str, str]:
    """How people name a proxy."""
    return pod, f"{pod}.{namespace}", f"{namespace}/{pod}"


def proxy_pods(mesh: MeshGraph) -> Mapping[tuple[str, str], str]:
    """Every pod (namespace, name) that runs a proxy, of any mesh, whether it can be asked or not, with its container.

    A pod that has two is Istio's.
    """
    found = ((pod, pod.proxy or other_proxy(pod)) for pod in mesh.all(Pod) if not pod.has_ended)
    return {(pod.namespace, pod.name): proxy.name for pod, proxy in found if proxy}


def is_ztunnel(pod: Pod) -> bool:
    """Whether it is the proxy of a node in ambient mode."""
    return pod.pod_labels.get("app") == _ZTUNNEL


def is_istiod(pod: Pod) -> bool:
    """Whether it is a control plane that runs."""
    return pod.pod_labels.get("app") == _ISTIOD and runs(pod)


def runs(pod: Pod) -> bool:
    """Whether it runs and is not about to end."""
    return pod.status.get("phase") == "Running" and "deletionTimestamp" not in pod.metadata


def not_running(pod: Pod, container: str = PROXY) -> str:
    """Why the proxy of a pod, in the container of that name, cannot answer; empty where it may."""
    for field in ("containerStatuses", "initContainerStatuses"):
        for _, status in numbered(pod.status.get(field)):
            state = mapping(status.get("state"))
            if status.get("name") == container and state and "running" not in state:
                reason = next((text(mapping(each).get("reason")) for each in state.values()), "")
                return f"does not run: its container {container} is {next(iter(state))}" + (
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
