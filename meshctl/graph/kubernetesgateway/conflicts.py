"""Listeners between which nobody can choose, and addresses that several Gateways claim."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from meshctl.graph.fields import numbered, text
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.gateway_api import KubernetesGateway, KubernetesListener, ListenerOwner
from meshctl.graph.kubernetesgateway.listenersets import listener_sets
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path

_BY_HOST = frozenset({"HTTP", "HTTPS", "TLS"})


class ListenerPlace(Struct, frozen=True):
    """A listener and whose it is."""

    owner: ListenerOwner
    listener: KubernetesListener


class ListenerConflict(Struct, frozen=True):
    """A listener, and the earlier one of the same Gateway from which nobody can tell it."""

    later: ListenerPlace
    first: ListenerPlace
    same_name: bool


@index(ListenerOwner, Namespace)
def listener_conflicts(mesh: MeshGraph) -> tuple[ListenerConflict, ...]:
    """Listeners that are not distinct from an earlier one; those of ListenerSets come behind those of their Gateway."""
    return tuple(found for gateway, sets in listener_sets(mesh).items() for found in _together((gateway, *sets)))


def _together(owners: Sequence[ListenerOwner]) -> Iterator[ListenerConflict]:
    by_host: dict[tuple[int, str], ListenerPlace] = {}
    by_protocol: dict[tuple[int, str], ListenerPlace] = {}
    for owner in owners:
        by_name: dict[str, ListenerPlace] = {}
        for listener in owner.listeners:
            own = ListenerPlace(owner, listener)
            namesake = by_name.setdefault(listener.name, own) if listener.name else own
            rival = _rival(own, by_host, by_protocol) if namesake is own else None
            if namesake is not own or rival:
                yield ListenerConflict(own, rival or namesake, same_name=namesake is not own)


def _rival(
    own: ListenerPlace,
    by_host: dict[tuple[int, str], ListenerPlace],
    by_protocol: dict[tuple[int, str], ListenerPlace],
) -> ListenerPlace | None:
    """The earlier listener on its port that takes the same traffic.

    Those that read a host share a port by their hosts. One for TCP shares its port with none of them.
    """
    port = own.listener.port
    if port is None:
        return None
    kind = "host" if own.listener.protocol in _BY_HOST else own.listener.protocol
    opposite = by_protocol.get((port, "TCP" if kind == "host" else "host")) if kind in ("host", "TCP") else None
    first = by_protocol.setdefault((port, kind), own)
    if kind == "host":
        first = by_host.setdefault((port, own.listener.hostname), own)
    rival = opposite or first
    return None if rival is own else rival


class AddressClaim(Struct, frozen=True):
    """An address that a Gateway asks for, and the listeners that it would have there."""

    gateway: KubernetesGateway
    path: Path
    value: str


@index(KubernetesGateway)
def address_claims(mesh: MeshGraph) -> Mapping[tuple[str, str, int | None, str], tuple[AddressClaim, ...]]:
    """Class, address, port and hostname -> the Gateways that ask for it, in document order."""
    found: dict[tuple[str, str, int | None, str], dict[KubernetesGateway, AddressClaim]] = defaultdict(dict)
    for gateway in mesh.all(KubernetesGateway):
        for i, address in numbered(gateway.spec.get("addresses")):
            value = text(address.get("value"))
            if value:
                kind = text(address.get("type")) or "IPAddress"
                claim = AddressClaim(gateway, ("spec", "addresses", i, "value"), value)
                for listener in gateway.listeners:
                    found[gateway.class_name, f"{kind} {value}", listener.port, listener.hostname][gateway] = claim
    return {key: tuple(claims.values()) for key, claims in found.items()}
