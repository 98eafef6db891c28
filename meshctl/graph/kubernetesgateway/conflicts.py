"""Listeners between which nobody can choose, and addresses that several Gateways claim."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from meshctl.graph.fields import numbered, text
from meshctl.graph.kinds.gateway_api import KubernetesGateway, KubernetesListener, ListenerOwner
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path

_BY_HOST = frozenset({"HTTP", "HTTPS", "TLS"})


@dataclass(frozen=True, slots=True)
class ListenerConflict:
    """A listener, and the earlier one of the same Gateway or ListenerSet from which nobody can tell it."""

    owner: ListenerOwner
    listener: KubernetesListener
    first: KubernetesListener

    @property
    def by_name(self) -> bool:
        """Whether they have the same name, and not the same port."""
        return self.listener.port != self.first.port


@index(ListenerOwner)
def listener_conflicts(mesh: MeshGraph) -> tuple[ListenerConflict, ...]:
    """Listeners that are not distinct from an earlier one, in document order."""
    return tuple(found for owner in mesh.all(ListenerOwner) for found in _within(owner))


def _within(owner: ListenerOwner) -> Iterator[ListenerConflict]:
    by_name: dict[str, KubernetesListener] = {}
    by_host: dict[tuple[int, str], KubernetesListener] = {}
    by_protocol: dict[tuple[int, str], KubernetesListener] = {}
    for listener in owner.listeners:
        first = by_name.setdefault(listener.name, listener) if listener.name else listener
        if listener.port is not None and first is listener:
            first = _rival(listener, listener.port, by_host, by_protocol) or listener
        if first is not listener:
            yield ListenerConflict(owner, listener, first)


def _rival(
    listener: KubernetesListener,
    port: int,
    by_host: dict[tuple[int, str], KubernetesListener],
    by_protocol: dict[tuple[int, str], KubernetesListener],
) -> KubernetesListener | None:
    """The earlier listener on its port that takes the same traffic.

    Those that read a host share a port by their hosts. One for TCP shares its port with none of them.
    """
    kind = "host" if listener.protocol in _BY_HOST else listener.protocol
    opposite = by_protocol.get((port, "TCP" if kind == "host" else "host")) if kind in ("host", "TCP") else None
    first = by_protocol.setdefault((port, kind), listener)
    if kind == "host":
        first = by_host.setdefault((port, listener.hostname), listener)
    rival = opposite or first
    return None if rival is listener else rival


@dataclass(frozen=True, slots=True)
class AddressClaim:
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
