"""Whether each route of the Gateway API attaches to each of the parents that it names, and why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from msgspec import Struct

from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.gateway_api import GROUP, KubernetesListener, ListenerOwner
from meshctl.graph.kinds.gatewayroutes import (
    LINKERDS,
    SERVICE,
    SERVICE_ENTRY,
    GatewayRoute,
    ParentRef,
)
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kubernetesgateway.listeners import EVERY_HOST, Admitted, Listeners
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.nearest import Names
from meshctl.graph.view import View
from meshctl.model.ids import KindKey, ResourceId

# A parent without a group is of the group of its route.
_UNGROUPED = (KindKey(GROUP, SERVICE.kind), KindKey(LINKERDS.group, SERVICE.kind))


class Outcome(Enum):
    """What becomes of a reference to a parent: the first of these that applies."""

    WITHOUT_GROUP = "a Service named without its group"
    FOREIGN = "a kind of parent that is not known here"
    NO_PARENT = "the parent was not found"
    NO_SECTION = "the parent has no such listener or port"
    NOT_ALLOWED = "no listener takes routes of this kind and namespace"
    NO_HOST = "no listener takes any of the hostnames"
    ATTACHED = "attached"


@dataclass(frozen=True, eq=False)
class Attachment:
    """A reference of a route to a parent, and what becomes of it.

    `parent` is what was found, None if nothing was or it is not known here. `listeners` are those of a Gateway or
    ListenerSet that have the name and port asked for, `admitted` those of them that take the kind and namespace.
    `nearest` is the name of the listener or port that was probably meant.
    """

    route: GatewayRoute
    ref: ParentRef
    outcome: Outcome
    parent: View | None = None
    listeners: Sequence[KubernetesListener] = ()
    admitted: Admitted | None = None
    nearest: str | None = None

    @property
    def missing(self) -> Missing:
        """The absence of the parent."""
        return Missing(self.ref.kind.kind, self.ref.full_name, (self.ref.kind,), self.ref.namespace)

    @property
    def hostnames(self) -> tuple[str, ...]:
        """The hosts of the route; `*` for all of its parent's."""
        return tuple(name for _, name in self.route.hostnames) or (EVERY_HOST,)


class Attachments(Struct, frozen=True):
    """Every attachment in document order."""

    found: tuple[Attachment, ...]

    def with_outcome(self, outcome: Outcome) -> Iterator[Attachment]:
        """Those that came to this."""
        return (attachment for attachment in self.found if attachment.outcome is outcome)


@index(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace)
def route_attachments(mesh: MeshGraph) -> Attachments:
    """What becomes of each reference of a route to a parent."""
    tables: dict[ResourceId, Listeners] = {}
    return Attachments(
        tuple(_attachment(mesh, route, ref, tables) for route in mesh.all(GatewayRoute) for ref in route.parents)
    )


def _attachment(
    mesh: MeshGraph, route: GatewayRoute, ref: ParentRef, tables: dict[ResourceId, Listeners]
) -> Attachment:
    if ref.kind in _UNGROUPED:
        return Attachment(route, ref, Outcome.WITHOUT_GROUP)
    if ref.kind == SERVICE:
        return _of_service(route, ref, mesh.get(Service, ref.namespace, ref.name))
    if ref.kind == SERVICE_ENTRY:
        entry = mesh.get(ServiceEntry, ref.namespace, ref.name)
        return Attachment(route, ref, Outcome.ATTACHED if entry else Outcome.NO_PARENT, entry)
    if not ref.of_gateway or not ref.name:
        return Attachment(route, ref, Outcome.FOREIGN)
    owner = _listener_owners(mesh).get((ref.kind, ref.namespace, ref.name))
    if owner is None:
        return Attachment(route, ref, Outcome.NO_PARENT)
    if owner.id not in tables:
        tables[owner.id] = Listeners(mesh, owner)
    return _of_listeners(route, ref, tables[owner.id])


@index(ListenerOwner)
def _listener_owners(mesh: MeshGraph) -> Mapping[tuple[KindKey, str, str], ListenerOwner]:
    return {(owner.id.kind_key, owner.namespace, owner.name): owner for owner in mesh.all(ListenerOwner)}


def _of_listeners(route: GatewayRoute, ref: ParentRef, listeners: Listeners) -> Attachment:
    owner, named = listeners.owner, listeners.named(ref.section, ref.port)
    if not owner.listeners:
        # It is refused itself.
        return Attachment(route, ref, Outcome.FOREIGN, owner)
    if not named:
        return Attachment(route, ref, Outcome.NO_SECTION, owner, nearest=listeners.nearest(ref.section))
    admitted = listeners.admitting(ref.section, ref.port, route.namespace, route.id.kind_key)
    if admitted is None:
        return Attachment(route, ref, Outcome.NOT_ALLOWED, owner, named)
    hosts = [name for _, name in route.hostnames] or [EVERY_HOST]
    outcome = Outcome.ATTACHED if any(map(admitted.any_for, hosts)) else Outcome.NO_HOST
    return Attachment(route, ref, outcome, owner, named, admitted)


def _of_service(route: GatewayRoute, ref: ParentRef, service: Service | None) -> Attachment:
    if service is None:
        return Attachment(route, ref, Outcome.NO_PARENT)
    if not service.has_port(ref.section, ref.port):
        near = Names(service.ports_by_name).nearest(ref.section) if ref.section else None
        return Attachment(route, ref, Outcome.NO_SECTION, service, nearest=near)
    return Attachment(route, ref, Outcome.ATTACHED, service)
