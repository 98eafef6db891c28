"""Which parts of the status of resources of the Gateway API say that something is wrong, or say nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from meshctl.graph.fields import integer, mapping, numbered, text
from meshctl.graph.kinds.gateway_api import reference_kind
from meshctl.graph.kinds.gatewayroutes import GATEWAY, GatewayRoute, ParentRef
from meshctl.graph.kinds.gatewaystatus import GatewayApiStatus, StatusCondition
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.view import View

_GRACE = timedelta(seconds=60)


def wrong_conditions(mesh: MeshGraph, view: GatewayApiStatus) -> Iterator[StatusCondition]:
    """Conditions of the current generation that are negative, or have been unknown for more than a minute."""
    for condition in view.conditions:
        unknown = condition.is_unknown and _is_past(condition.since, mesh.settings.now - _GRACE)
        if (condition.is_negative or unknown) and not condition.stale:
            yield condition


def is_settled(mesh: MeshGraph, view: View) -> bool:
    """Whether a resource has been in a cluster for more than a minute, and was read with the status that it has."""
    read_whole = not mesh.coverage.inferred or "status" in view.data
    return read_whole and _is_past(text(view.metadata.get("creationTimestamp")), mesh.settings.now - _GRACE)


def claimed_parents(route: GatewayRoute) -> frozenset[tuple[object, ...]]:
    """The parents that a controller has reported of, in the form of `parent_key`."""
    references = (mapping(entry.get("parentRef")) for _, entry in numbered(route.status.get("parents")))
    return frozenset(
        (
            reference_kind(ref, GATEWAY),
            text(ref.get("namespace")) or route.namespace,
            text(ref.get("name")),
            text(ref.get("sectionName")),
            integer(ref.get("port")),
        )
        for ref in references
    )


def parent_key(ref: ParentRef) -> tuple[object, ...]:
    """What tells apart the parents of a route."""
    return ref.kind, ref.namespace, ref.name, ref.section, ref.port


def _is_past(time: str, limit: datetime) -> bool:
    try:
        return datetime.fromisoformat(time) < limit
    except (ValueError, TypeError):
        return False
