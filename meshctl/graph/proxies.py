"""The pods of proxies that were seen, in the input or not, and the pods that should have one."""

from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.kinds.workload import Pod
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.webhooks import REVISION
from meshctl.model.ids import ResourceId
from meshctl.model.proxystate import Answered, ProxyState
from meshctl.model.resource import Resource

_ISTIOD = "istiod"


@index(Pod)
def _pods(mesh: MeshGraph) -> Mapping[ResourceId, Pod]:
    return {pod.id: pod for pod in mesh.all(Pod)}


def pod_of(mesh: MeshGraph, state: ProxyState) -> Pod:
    """The pod of a proxy. One that is not in the input is made up: it has a name and no place in any file."""
    identity = ResourceId(state.cluster, "", "Pod", state.namespace, state.name)
    found = _pods(mesh).get(identity) if state.cluster else mesh.get(Pod, state.namespace, state.name)
    if found is not None:
        return found
    return Pod(Resource(identity, "v1", {"metadata": {"name": state.name, "namespace": state.namespace}}))


@index(Pod)
def pods_with_proxy(mesh: MeshGraph) -> tuple[Pod, ...]:
    """The pods that run an Istio proxy and are ready: sidecars, native or not, and gateways."""
    return tuple(pod for pod in mesh.all(Pod) if pod.proxy and not pod.has_ended and is_ready(pod))


def is_ready(pod: Pod) -> bool:
    """Whether Kubernetes sends traffic to it; one that is being deleted is not asked any more."""
    conditions = {text(c.get("type")): c.get("status") for _, c in numbered(pod.status.get("conditions"))}
    return conditions.get("Ready") == "True" and "deletionTimestamp" not in pod.metadata


@index(Pod)
def every_control_plane_answered(mesh: MeshGraph) -> bool | None:
    """Whether all istiods told which proxies they serve; None where the input does not show how many there are."""
    istiods = [pod for pod in mesh.all(Pod) if pod.labels.get("app") == _ISTIOD and not pod.has_ended and is_ready(pod)]
    planes = mesh.facts.control_planes
    answered = sum(plane.answered is Answered.YES for plane in planes)
    if answered < max(len(planes), len(istiods)):
        return False
    return True if istiods else None


class Unserved(Struct, frozen=True):
    """A pod whose proxy no control plane names. `sure` says that every control plane told which ones it serves."""

    pod: Pod
    sure: bool


@index(Pod)
def unlisted_pods(mesh: MeshGraph) -> tuple[Pod, ...]:
    """Ready pods with a proxy that no control plane was heard to serve; empty where there is no control plane."""
    planes = mesh.facts.control_planes
    if not planes:
        return ()
    served = frozenset[tuple[str, str]]().union(*(plane.serves for plane in planes))
    return tuple(pod for pod in pods_with_proxy(mesh) if (pod.namespace, pod.name) not in served)


def unserved_pods(mesh: MeshGraph) -> tuple[Unserved, ...]:
    """Ready pods with a proxy that none of the control planes serves; empty where one of them did not tell."""
    answered = every_control_plane_answered(mesh)
    return () if answered is False else tuple(Unserved(pod, answered is True) for pod in unlisted_pods(mesh))


@index(Pod)
def control_plane_versions(mesh: MeshGraph) -> Mapping[str, str]:
    """Versions of istiods by name: their own word, else the tag of their image. "" is that of all, if they agree."""
    found = {plane.name: plane.version for plane in mesh.facts.control_planes if plane.version}
    found |= {
        pod.name: tag
        for pod in mesh.all(Pod)
        if pod.labels.get("app") == _ISTIOD and pod.name not in found and (tag := image_version(pod))
    }
    versions = set(found.values())
    return {**found, "": versions.pop() if len(versions) == 1 else ""}


@index(Pod)
def control_plane_revisions(mesh: MeshGraph) -> Mapping[str, str]:
    """Revisions of the istiods of the input by name."""
    return {
        pod.name: pod.labels[REVISION]
        for pod in mesh.all(Pod)
        if pod.labels.get("app") == _ISTIOD and pod.labels.get(REVISION)
    }


def image_version(pod: Pod) -> str:
    """The tag of the image of a pod's first container, as `1.29.1`; empty where it has none."""
    for _, container in numbered(mapping(pod.spec).get("containers")):
        _, colon, tag = str(container.get("image", "")).partition("@")[0].rpartition(":")
        return tag if colon and "/" not in tag else ""
    return ""
