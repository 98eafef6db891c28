"""Which pods have a proxy, or get one, and from which injector."""

from meshctl.graph.application import OTHER_MESHES, application_of
from meshctl.graph.deployedgateways import GATEWAY_NAME
from meshctl.graph.fields import mapping, numbered, texts
from meshctl.graph.injection import injection
from meshctl.graph.injector import Injector, injectors
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.mesh import MeshGraph

_TEMPLATES = "inject.istio.io/templates"


def injected_proxy(workload: Workload) -> Container | None:
    """The proxy that is in the pod already. One without an image, or `auto`, only adjusts what the injector adds."""
    proxy = workload.proxy
    return proxy if proxy is not None and proxy.image not in ("", "auto") else None


def is_gateway(workload: Workload) -> bool:
    """Whether its proxy is the application: a gateway or a waypoint."""
    if GATEWAY_NAME in workload.pod_labels or "gateway" in workload.pod_annotations.get(_TEMPLATES, ""):
        return True
    proxy = workload.proxy
    return proxy is not None and (application_of(workload) is None or "router" in texts(proxy.fields.get("args")))


def other_proxy(pod: Workload) -> Container | None:
    """The sidecar of another mesh in a pod that runs."""
    if not pod.is_pod:
        return None
    return next((c for c in pod.containers if c.name in OTHER_MESHES and (not c.init or c.native)), None)


def killed_for_memory(pod: Workload) -> bool:
    """Whether the proxy of a pod was killed for its use of memory, now or before its last start."""
    proxy = injected_proxy(pod)
    return proxy is not None and any(
        mapping(mapping(status.get(state)).get("terminated")).get("reason") == "OOMKilled"
        for field in ("containerStatuses", "initContainerStatuses")
        for _, status in numbered(pod.status.get(field))
        if status.get("name") == proxy.name
        for state in ("state", "lastState")
    )


def gets_proxy(mesh: MeshGraph, workload: Workload) -> bool | None:
    """Whether its pods have a proxy or get one; None where that depends on a Namespace that was not read."""
    if injected_proxy(workload):
        return True
    if workload.is_created:
        return False
    decision = injection(mesh).decide(workload)
    return None if decision.depends_on_place else decision.injected


def revision(mesh: MeshGraph, workload: Workload) -> str:
    """The revision that injects a workload; the default one where none does."""
    return injection(mesh).decide(workload).revision or mesh.settings.revision or "default"


def injector(mesh: MeshGraph, workload: Workload) -> Injector | None:
    """The injector of a workload's revision, or the only one there is: the revision may be a tag for it."""
    known = injectors(mesh)
    if found := known.get(revision(mesh, workload)):
        return found
    return next(iter(known.values())) if len(known) == 1 else None
