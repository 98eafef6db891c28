"""The pods that run Linkerd's proxy, as the cluster has them, and what their status says of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.workload import Container, Pod, Workload
from meshctl.graph.linkerd.presence import COMPONENT, MESHED, linkerd_proxy
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.workloads import top_owner

INITS = ("linkerd-init", "linkerd-network-validator")
ANCHORS = "LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS"
ITS_TURN = ("PodInitializing", "ContainerCreating")
"""Why containers wait in a pod that is just being made, or whose init containers have not ended."""

# How long a pod may take until everything in it is ready.
_STARTING = timedelta(minutes=2)


@index(Pod)
def linkerd_pods(mesh: MeshGraph) -> Sequence[Pod]:
    """The pods that the injector has changed and that have not ended, the control plane's own among them."""
    return tuple(
        pod
        for pod in mesh.all(Pod)
        if MESHED in pod.pod_labels and not pod.has_ended and "deletionTimestamp" not in pod.metadata
    )


@index(Pod)
def data_plane_pods(mesh: MeshGraph) -> Sequence[Pod]:
    """Those of them with a proxy, without the control plane's."""
    return tuple(pod for pod in linkerd_pods(mesh) if COMPONENT not in pod.pod_labels and linkerd_proxy(pod))


@index(Pod)
def control_plane_pods(mesh: MeshGraph) -> Mapping[str, Sequence[Pod]]:
    """The pods of the control plane by component."""
    found: dict[str, list[Pod]] = {}
    for pod in linkerd_pods(mesh):
        if component := pod.pod_labels.get(COMPONENT):
            found.setdefault(component, []).append(pod)
    return found


def by_workload(mesh: MeshGraph, pods: Iterable[Pod]) -> Mapping[tuple[str, ...], list[Pod]]:
    """Pods by what manages them, in the input or not; needs Workload among what a check reads."""
    found: dict[tuple[str, ...], list[Pod]] = {}
    for pod in pods:
        top = top_owner(mesh, pod)
        kind, name = top.controller
        found.setdefault((top.cluster, top.namespace, kind, name) if kind else top.id, []).append(pod)
    return found


def container_status(pod: Workload, name: str) -> Fields:
    """What the status says of a container, native sidecars among the init containers; empty where it says nothing."""
    for field in ("containerStatuses", "initContainerStatuses"):
        for _, status in numbered(pod.status.get(field)):
            if status.get("name") == name:
                return status
    return {}


def waiting_reason(status: Fields) -> str:
    """Why a container does not run, as `CrashLoopBackOff`; empty for one that does."""
    state = mapping(status.get("state"))
    return text(mapping(state.get("waiting")).get("reason")) or text(mapping(state.get("terminated")).get("reason"))


def why_not_available(pod: Pod) -> str:
    """What keeps a pod from being ready, as far as its status tells: nowhere to run, or a container that fails."""
    for _, condition in numbered(pod.status.get("conditions")):
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            return text(condition.get("message")) or text(condition.get("reason"))
    for container in pod.containers:
        status = container_status(pod, container.name)
        reason = waiting_reason(status)
        if status.get("ready") is False and reason not in ("", "Completed", *ITS_TURN):
            return f"{container.name}: {reason}"
    return ""


def is_starting(pod: Pod, now: datetime) -> bool:
    """Whether a pod was started so short a time ago that it need not be ready."""
    try:
        begun = datetime.fromisoformat(text(pod.status.get("startTime")))
    except ValueError:
        return False
    return begun.tzinfo is not None and abs(now - begun) < _STARTING


def proxy_version(proxy: Container) -> str:
    """The tag of its image; empty where that has none, or a digest alone."""
    _, colon, tag = proxy.image.partition("@")[0].rpartition(":")
    return tag if colon and "/" not in tag else ""


def stated_anchors(pod: Workload) -> str | None:
    """The trust anchors that a proxy was given, in PEM; None where they are not written in the pod itself."""
    proxy = linkerd_proxy(pod)
    for _, variable in numbered(proxy.fields.get("env") if proxy else None):
        if variable.get("name") == ANCHORS and isinstance(variable.get("value"), str):
            return text(variable["value"])
    return None
