"""Who uses which waypoint, as labels say."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from meshctl.graph.ambient import WAYPOINT
from meshctl.graph.ambientmesh.marked import marked_workloads
from meshctl.graph.deployedgateways import GATEWAY_NAME, gateway_pods
from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.gateway_api import GatewayClass, KubernetesGateway
from meshctl.graph.kinds.machine import WorkloadEntry
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.view import View
from meshctl.graph.workloads import top_owner
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path

TRAFFIC = "istio.io/waypoint-for"
_NAMESPACE = "istio.io/use-waypoint-namespace"
_CANARY = "istio.io/use-waypoint-canary"
_CANARY_NAMESPACE = "istio.io/use-waypoint-canary-namespace"
_NOBODY = ("", "none")

WAYPOINT_READS = (Namespace, Service, ServiceEntry, WorkloadEntry, Workload, KubernetesGateway, GatewayClass)
"""The kinds that `waypoints` reads."""

Answer = Literal["waypoint", "none", "unknown"]


class WaypointUse(NamedTuple):
    """A label that asks for a waypoint. `gateway` is None where none of that name was read.

    `exists` says that the Gateway was read, or pods that a controller made for it. `home` is the namespace of who asks.
    """

    subject: View
    path: Path
    home: str
    namespace: str
    name: str
    gateway: KubernetesGateway | None
    exists: bool

    @property
    def full_name(self) -> str:
        """`namespace/name` of the waypoint."""
        return f"{self.namespace}/{self.name}"

    @property
    def of_services(self) -> bool:
        """True for the label of a Service or ServiceEntry."""
        return isinstance(self.subject, Service | ServiceEntry)

    @property
    def of_namespace(self) -> bool:
        """True for the label of a Namespace, which is for all Services, and for pods if the waypoint is for those."""
        return isinstance(self.subject, Namespace)


class Waypoints:
    """Every use of a waypoint, by whom."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._places = {use.home: use for use in _uses(mesh, mesh.all(Namespace))}
        views = (*mesh.all(Service), *mesh.all(ServiceEntry), *mesh.all(WorkloadEntry))
        self._own = {use.subject.id: use for use in (*_uses(mesh, views), *_uses_of_workloads(mesh))}

    @property
    def uses(self) -> Iterator[WaypointUse]:
        """All of them: those of namespaces first."""
        yield from self._places.values()
        yield from self._own.values()

    def of(self, service: Service | ServiceEntry) -> WaypointUse | None:
        """The label that counts for a service: its own, else that of its namespace. None for no waypoint."""
        return self._own.get(service.id) if WAYPOINT in service.labels else self._places.get(service.namespace)

    def answer(self, service: Service | ServiceEntry) -> Answer:
        """Whether a service has a waypoint; `unknown` where the Namespace was not read.

        One that is not there, or does not take it, counts as one: there are findings about that.
        """
        use = self.of(service)
        if use is None:
            known = WAYPOINT in service.labels or self._mesh.get(Namespace, "", service.namespace)
            return "none" if known else "unknown"
        inherited_in_vain = use.of_namespace and use.gateway and traffic(self._mesh, use.gateway) == "workload"
        return "none" if inherited_in_vain else "waypoint"


def traffic(mesh: MeshGraph, gateway: KubernetesGateway) -> str:
    """What a waypoint is for: `service`, `workload`, `all` or `none`; its label goes before that of its class."""
    of_class = mesh.get(GatewayClass, "", gateway.class_name)
    return gateway.labels.get(TRAFFIC) or (of_class.labels.get(TRAFFIC) if of_class else None) or "service"


@index(*WAYPOINT_READS)
def waypoints(mesh: MeshGraph) -> Waypoints:
    """Who uses which waypoint."""
    return Waypoints(mesh)


@index(Namespace, Service, ServiceEntry)
def canary_waypoints(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    """Namespace and name of the waypoints that get a share of the requests beside those that are used."""
    views: tuple[View, ...] = (*mesh.all(Namespace), *mesh.all(Service), *mesh.all(ServiceEntry))
    return frozenset(
        (view.labels.get(_CANARY_NAMESPACE) or view.namespace or view.name, view.labels[_CANARY])
        for view in views
        if _CANARY in view.labels
    )


def _uses(mesh: MeshGraph, views: Iterable[View]) -> Iterator[WaypointUse]:
    for view in views:
        if view.labels.get(WAYPOINT, "") not in _NOBODY:
            home = view.namespace or view.name
            yield _use(
                mesh, view, ("metadata", "labels", WAYPOINT), home, view.labels[WAYPOINT], view.labels.get(_NAMESPACE)
            )


def _uses_of_workloads(mesh: MeshGraph) -> Iterator[WaypointUse]:
    """Those of pods, each at the outermost workload whose template has the label."""
    seen: set[ResourceId] = set()
    for workload in marked_workloads(mesh):
        if workload.pod_labels.get(WAYPOINT, "") in _NOBODY or GATEWAY_NAME in workload.pod_labels:
            continue
        above = top_owner(mesh, workload)
        carrier = above if above.pod_labels.get(WAYPOINT) == workload.pod_labels[WAYPOINT] else workload
        if carrier.id not in seen:
            seen.add(carrier.id)
            path = carrier.pod_field("metadata", "labels", WAYPOINT)
            stated = carrier.pod_labels
            yield _use(mesh, carrier, path, carrier.namespace, stated[WAYPOINT], stated.get(_NAMESPACE))


def _use(mesh: MeshGraph, subject: View, path: Path, home: str, name: str, stated: str | None) -> WaypointUse:
    namespace = stated or home
    gateway = mesh.get(KubernetesGateway, namespace, name)
    exists = gateway is not None or bool(gateway_pods(mesh).selected_by({GATEWAY_NAME: name}, namespace))
    return WaypointUse(subject, path, home, namespace, name, gateway, exists)
