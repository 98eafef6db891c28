"""Which listeners of a Gateway or ListenerSet take which routes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from meshctl.graph.fields import Fields
from meshctl.graph.hostnames import HostTable
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.gateway_api import GROUP, KubernetesListener, ListenerOwner
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.nearest import Names
from meshctl.graph.podrequest import NAMESPACE_NAME
from meshctl.graph.selectors import label_selector_matches
from meshctl.graph.webhooks import selector_keys
from meshctl.model.ids import KindKey

EVERY_HOST = "*"

_HTTP = frozenset({KindKey(GROUP, "HTTPRoute"), KindKey(GROUP, "GRPCRoute")})
_TLS, _TCP, _UDP = (frozenset({KindKey(GROUP, f"{kind}Route")}) for kind in ("TLS", "TCP", "UDP"))
_BY_PROTOCOL = {"HTTP": _HTTP, "HTTPS": _HTTP, "TLS": _TLS, "TCP": _TCP, "UDP": _UDP}
# Waypoints take routes through the Services that use them.
_TUNNEL = "HBONE"

Slot = Sequence[KubernetesListener]
"""Listeners with one hostname."""


def protocol_kinds(owner: ListenerOwner, listener: KubernetesListener) -> frozenset[KindKey] | None:
    """The kinds of routes that the protocol of a listener can carry; None for a protocol that is not known."""
    if listener.protocol == _TUNNEL:
        return frozenset() if owner.class_name in ("istio-waypoint", "istio-east-west") else None
    if listener.protocol == "TLS" and listener.ends_tls:
        return _TLS | _TCP
    return _BY_PROTOCOL.get(listener.protocol)


def takes_kind(owner: ListenerOwner, listener: KubernetesListener, kind: KindKey) -> bool:
    """Whether a listener takes routes of a kind: its protocol can carry them, and it does not rule them out."""
    possible = protocol_kinds(owner, listener)
    return (possible is None or kind in possible) and (not listener.stated_kinds or kind in listener.stated_kinds)


def takes_namespace(mesh: MeshGraph, owner: ListenerOwner, listener: KubernetesListener, namespace: str) -> bool:
    """Whether a listener takes routes of a namespace; True where that depends on labels that were not read."""
    if listener.origin == "Same":
        return namespace == owner.namespace
    return listener.origin != "Selector" or selects_namespace(mesh, listener.selector, namespace)


def selects_namespace(mesh: MeshGraph, selector: Fields, namespace: str) -> bool:
    """Whether a selector fits the labels of a namespace; True where that depends on labels that were not read."""
    place = mesh.get(Namespace, "", namespace)
    if place is None and not selector_keys(selector) <= {NAMESPACE_NAME}:
        return True
    return label_selector_matches(selector, {**(place.labels if place else {}), NAMESPACE_NAME: namespace})


class Admitted:
    """Listeners that take routes of one kind and namespace, by hostname: `hostnames` are theirs, each once."""

    def __init__(self, listeners: Iterable[KubernetesListener]) -> None:
        self._table: HostTable[Slot] = HostTable()
        slots: dict[str, list[KubernetesListener]] = defaultdict(list)
        for listener in listeners:
            slots[listener.hostname or EVERY_HOST].append(listener)
        for hostname, slot in slots.items():
            self._table.add(hostname, slot)
        self._found: dict[str, tuple[Slot, ...]] = {}
        self.hostnames = tuple(slots)

    def any_for(self, hostname: str) -> bool:
        """Whether one of them takes requests for a host, or for a part of a wildcard host."""
        return next(self._table.overlapping(hostname), None) is not None

    def slots(self, hostname: str) -> tuple[Slot, ...]:
        """Those that take requests for a host, in groups of one hostname."""
        if hostname not in self._found:
            self._found[hostname] = tuple(self._table.overlapping(hostname))
        return self._found[hostname]


class Listeners:
    """The listeners of one parent. Routes that ask for the same are answered once."""

    def __init__(self, mesh: MeshGraph, owner: ListenerOwner) -> None:
        self.owner = owner
        self._mesh = mesh
        self._by_name = _grouped(owner.listeners, lambda listener: listener.name)
        self._by_port = _grouped(owner.listeners, lambda listener: listener.port)
        self._similar: Names | None = None
        self._named: dict[tuple[str, int | None], Sequence[KubernetesListener]] = {}
        self._admitted: dict[tuple[str, int | None, str, KindKey], Admitted | None] = {}

    def named(self, section: str, port: int | None) -> Sequence[KubernetesListener]:
        """Those with that name and that port, where they are given."""
        key = section, port
        if key not in self._named:
            found: Sequence[KubernetesListener] = self.owner.listeners
            if section:
                found = self._by_name.get(section, ())
            elif port is not None:
                found = self._by_port.get(port, ())
            self._named[key] = [listener for listener in found if port in (None, listener.port)]
        return self._named[key]

    def nearest(self, section: str) -> str | None:
        """The listener that was probably meant."""
        if self._similar is None:
            self._similar = Names(listener.name for listener in self.owner.listeners)
        return self._similar.nearest(section)

    def admitting(self, section: str, port: int | None, namespace: str, kind: KindKey) -> Admitted | None:
        """Those of the named that take routes of that kind and namespace; None if none does."""
        key = section, port, namespace, kind
        if key not in self._admitted:
            found = [
                listener
                for listener in self.named(section, port)
                if takes_kind(self.owner, listener, kind)
                and takes_namespace(self._mesh, self.owner, listener, namespace)
            ]
            self._admitted[key] = Admitted(found) if found else None
        return self._admitted[key]


def _grouped(
    listeners: Iterable[KubernetesListener], key: Callable[[KubernetesListener], object]
) -> dict[object, list[KubernetesListener]]:
    found: dict[object, list[KubernetesListener]] = defaultdict(list)
    for listener in listeners:
        found[key(listener)].append(listener)
    return found
