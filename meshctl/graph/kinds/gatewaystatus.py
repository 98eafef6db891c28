"""What controllers report in the status of resources of the Gateway API."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.kinds.gateway_api import BackendTlsPolicy, GatewayClass, ListenerOwner
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.paths import Path

_BAD_IF_TRUE = frozenset({"Conflicted", "PartiallyInvalid", "OverlappingTLSConfig"})
_BAD_IF_FALSE = frozenset({"Accepted", "Programmed", "ResolvedRefs", "ResolvedWaypoints", "SupportedVersion"})
# The holder of conditions -> the field that says whom they are about.
_HOLDERS = (("listeners", "name"), ("parents", "parentRef"), ("ancestors", "ancestorRef"))


class StatusCondition(Struct, frozen=True):
    """A condition. `holder` is whom it is about, empty for the resource itself; `since` its last change, as written.

    `stale` says that it was reported of an older generation of the resource.
    """

    path: Path
    holder: str
    type: str
    status: str
    reason: str
    message: str
    since: str
    stale: bool

    @property
    def is_negative(self) -> bool:
        """True if it says that something is wrong."""
        return (self.status == "True" and self.type in _BAD_IF_TRUE) or (
            self.status == "False" and self.type in _BAD_IF_FALSE
        )

    @property
    def is_unknown(self) -> bool:
        """True if nobody has said yet whether something is wrong."""
        return self.status == "Unknown" and self.type in _BAD_IF_FALSE

    @property
    def because(self) -> str:
        """Reason and message, in parentheses behind a space; empty where there are none."""
        said = ": ".join(filter(None, (self.reason, self.message[:300])))
        return f" ({said})" if said else ""


class GatewayApiStatus(View):
    """A resource of the Gateway API that has a status."""

    KINDS = (*ListenerOwner.KINDS, *GatewayClass.KINDS, *GatewayRoute.KINDS, *BackendTlsPolicy.KINDS)

    @lazy
    def conditions(self) -> tuple[StatusCondition, ...]:
        """Its conditions and those of its listeners, parents and ancestors, in order."""
        return tuple(self._conditions()) if self.data.get("status") else ()

    def _conditions(self) -> Iterator[StatusCondition]:
        yield from self._of(self.status, ("status",), "")
        for field, name in _HOLDERS:
            for i, holder in numbered(self.status.get(field)):
                yield from self._of(holder, ("status", field, i), _named(holder.get(name)))

    def _of(self, holder: Fields, path: Path, name: str) -> Iterator[StatusCondition]:
        generation = integer(self.metadata.get("generation"))
        for i, fields in numbered(holder.get("conditions")):
            observed = integer(fields.get("observedGeneration"))
            yield StatusCondition(
                path=(*path, "conditions", i),
                holder=name,
                type=text(fields.get("type")),
                status=text(fields.get("status")),
                reason=text(fields.get("reason")),
                message=text(fields.get("message")),
                since=max(text(fields.get("lastTransitionTime")), text(self.metadata.get("creationTimestamp"))),
                stale=bool(observed and generation and observed < generation),
            )


def _named(value: object) -> str:
    """The name of a listener, or what a reference refers to."""
    reference = mapping(value)
    if not reference:
        return f"listener {text(value)}"
    kind, namespace = text(reference.get("kind")) or "Gateway", text(reference.get("namespace"))
    return f"{kind} {namespace}/{text(reference.get('name'))}" if namespace else f"{kind} {text(reference.get('name'))}"
