"""Resources whose controllers report in conditions how they fare."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.kinds.networking import GROUP
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

_GATEWAY_API = "gateway.networking.k8s.io"
_WAYPOINT = frozenset({"istio.io/WaypointBound"})
_ATTACHED = frozenset({"Accepted", "Programmed", "ResolvedRefs"})
_TYPES: Mapping[KindKey, frozenset[str]] = {
    KindKey("", "Service"): _WAYPOINT,
    KindKey(GROUP, "ServiceEntry"): _WAYPOINT,
    KindKey(GROUP, "WorkloadEntry"): _WAYPOINT,
    KindKey("security.istio.io", "AuthorizationPolicy"): frozenset({"ZtunnelAccepted", "WaypointAccepted"}),
    KindKey(_GATEWAY_API, "Gateway"): _ATTACHED,
    KindKey(_GATEWAY_API, "HTTPRoute"): _ATTACHED,
    KindKey(_GATEWAY_API, "GRPCRoute"): _ATTACHED,
    KindKey(_GATEWAY_API, "TLSRoute"): _ATTACHED,
    KindKey(_GATEWAY_API, "TCPRoute"): _ATTACHED,
}


class Condition(Struct, frozen=True):
    """A condition; `parent` is the Gateway or Service that a route's condition is about, empty for others.

    `stale` says that it was reported of an older version of the resource.
    """

    path: Path
    type: str
    status: str
    reason: str
    message: str
    parent: str
    stale: bool


class Conditioned(View):
    """A resource with conditions that are about its place in the mesh."""

    KINDS = tuple(_TYPES)

    @lazy
    def conditions(self) -> tuple[Condition, ...]:
        """Conditions of the types that Istio sets, in order; those of others left out."""
        return tuple(self._conditions()) if self.data.get("status") else ()

    def _conditions(self) -> Iterator[Condition]:
        yield from self._of(self.status, ("status",), "")
        for i, parent in numbered(self.status.get("parents")):
            yield from self._of(parent, ("status", "parents", i), _name(mapping(parent.get("parentRef"))))

    def _of(self, holder: Fields, path: Path, parent: str) -> Iterator[Condition]:
        generation = integer(self.metadata.get("generation"))
        for i, fields in numbered(holder.get("conditions")):
            if text(fields.get("type")) in _TYPES[self.id.kind_key]:
                observed = integer(fields.get("observedGeneration"))
                yield Condition(
                    path=(*path, "conditions", i),
                    type=text(fields.get("type")),
                    status=text(fields.get("status")),
                    reason=text(fields.get("reason")),
                    message=text(fields.get("message")),
                    parent=parent,
                    stale=bool(observed and generation and observed < generation),
                )


def _name(reference: Fields) -> str:
    kind, namespace = text(reference.get("kind")) or "Gateway", text(reference.get("namespace"))
    return f"{kind} {namespace}/{text(reference.get('name'))}" if namespace else f"{kind} {text(reference.get('name'))}"
