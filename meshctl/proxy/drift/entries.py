"""ServiceEntries: how a cluster finds its addresses, and whether it is outside the mesh."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.viewpoint.policies import Policy
from meshctl.proxy.drift.values import dig, flag
from meshctl.proxy.drift.wants import Aspect, Want, aspect, want

_TYPES = {"NONE": "ORIGINAL_DST", "STATIC": "EDS", "DNS": "STRICT_DNS", "DNS_ROUND_ROBIN": "LOGICAL_DNS"}
_BY_EXTENSION = {"envoy.clusters.dns": "DNS", "envoy.cluster.dns": "DNS", "envoy.cluster.original_dst": "ORIGINAL_DST"}


def _type(cluster: Any) -> str:
    extension = dig(cluster, "cluster_type", "name")
    return _BY_EXTENSION.get(extension, extension) if extension else text(mapping(cluster).get("type")) or "STATIC"


_TYPE = Aspect("type", _type, (("type",), ("cluster_type",)))
_OUTSIDE = aspect("metadata.filter_metadata.istio.external", flag)


def _addresses(cluster: Any) -> tuple[str, ...]:
    return tuple(
        sorted(
            text(dig(e, "endpoint", "address", "socket_address", "address"))
            for _, group in numbered(dig(cluster, "load_assignment", "endpoints"))
            for _, e in numbered(group.get("lb_endpoints"))
        )
    )


_ASSIGNED = Aspect("load_assignment", _addresses, (("load_assignment",),))


def wants_of_entry(entry: ServiceEntry, own: Policy | None) -> Iterator[Want]:
    """What a ServiceEntry wants of its clusters."""
    simple = own.block("loadBalancer").fields.get("simple") if own else ""
    kind = _TYPES.get(entry.resolution)
    if kind and simple != "PASSTHROUGH":
        yield want(entry, ("spec", "resolution"), _TYPE, kind)
    outside = entry.spec.get("location") != "MESH_INTERNAL"
    yield want(entry, ("spec", "location"), _OUTSIDE, outside)
    listed = [e for _, e in numbered(entry.spec.get("endpoints"))]
    if listed and entry.resolution.startswith("DNS"):
        wanted = tuple(sorted(text(e.get("address")) for e in listed))
        yield want(entry, ("spec", "endpoints"), _ASSIGNED, wanted)
