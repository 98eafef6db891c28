"""The pods of proxies that were seen, in the input or not, and the pods that should have one."""

from collections.abc import Mapping
from dataclasses import dataclass

from meshctl.graph.fields import mapping, numbered
from meshctl.graph.kinds.workload import Pod
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.webhooks import REVISION
from meshctl.model.ids import ResourceId
from meshctl.model.proxystate import Answered, ProxyState
from meshctl.model.resource import Resource

_ISTIOD = "istiod"


def pod_of(mesh: MeshGraph, state: ProxyState) -> Pod:
    """The pod of a proxy. One that is not in the input is made up: it has a name and no place in any file."""
    found = mesh.get(Pod, state.namespace, state.name)
    if found is not None:
        return found
    identity = ResourceId(state.cluster, "", "Pod", state.namespace, state.name)
    return Pod(Resource(identity, "v1", {"metadata": {"name": state.name, "namespace": state.namespace}}))


@index(Pod)
def pods_with_proxy(mesh: MeshGraph) -> tuple[Pod, ...]:
    """The pods that run an Istio proxy and are ready: sidecars, native or not, and gateways."""
    return tuple(pod for pod in mesh.all(Pod) if pod.proxy and not pod.has_ended and is_ready(pod))


def is_ready(pod: Pod) -> bool:
    """Whether Kubernetes sends traffic to it; one that is being deleted is not asked any more."""
    conditions = {c.get("type"): c.get("status") for _, c in numbered(pod.status.get("conditions"))}
    return conditions.get("Ready") == "True" and "deletionTimestamp" not in pod.metadata


@index(Pod)
def unanswered_control_planes(mesh: MeshGraph) -> tuple[str, ...] | None:
    """The istiods of the input that did not tell which proxies they serve; None where the input has no istiod.

    Only if this is empty, a pod that none of them names is not connected.
    """
    istiods = [pod for pod in mesh.all(Pod) if pod.labels.get("app") == _ISTIOD and not pod.has_ended and is_ready(pod)]
    planes = mesh.facts.control_planes
    silent = tuple(plane.name for plane in planes if plane.answered is not Answered.YES)
    if not istiods:
        return silent or None
    answered = [plane.name for plane in planes if plane.answered is Answered.YES]
    unnamed = [pod.name for pod in istiods if not any(pod.name in name for name in answered)]
    # One istiod that is asked through a URL or recorded without its name is the only one there is.
    return silent if len(answered) >= len(istiods) else (*silent, *(n for n in unnamed if n not in silent))


@dataclass(frozen=True, slots=True)
class Unserved:
    """A pod whose proxy no control plane names. `sure` says that every control plane told which ones it serves."""

    pod: Pod
    sure: bool


@index(Pod)
def unserved_pods(mesh: MeshGraph) -> tuple[Unserved, ...]:
    """Ready pods with a proxy that none of the control planes serves; empty where one of them did not tell."""
    planes = mesh.facts.control_planes
    silent = unanswered_control_planes(mesh)
    if not any(plane.answered is Answered.YES for plane in planes) or silent:
        return ()
    served = frozenset[tuple[str, str]]().union(*(plane.serves for plane in planes))
    return tuple(
        Unserved(pod, silent is not None) for pod in pods_with_proxy(mesh) if (pod.namespace, pod.name) not in served
    )


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
