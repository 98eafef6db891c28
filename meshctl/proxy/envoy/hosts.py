"""`/clusters?format=json`: the hosts that Envoy knows, with what it found out about each."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from meshctl.proxy.envoy.answers import decode_object
from meshctl.proxy.envoy.casing import snake
from meshctl.proxy.envoy.values import mapping, number, objects


class HostStatus(Struct, frozen=True):
    """One host of a cluster. `address` is an IP, a path, or `envoy://LISTENER/ENDPOINT`; `port` 0 where it has none.

    `health` is what EDS says (HEALTHY, DRAINING, ...), `failing` what Envoy itself found: names of `health_status` that
    are true, such as `failed_outlier_check` and `pending_dynamic_removal`. `stats` are counters and gauges by name.
    """

    cluster: str
    address: str
    port: int
    hostname: str
    health: str
    failing: frozenset[str]
    weight: int
    priority: int
    locality: tuple[str, str, str]
    stats: Mapping[str, int]


class ClusterStatus(Struct, frozen=True):
    """A cluster that serves, with its hosts. `fields` is the whole entry."""

    name: str
    hosts: tuple[HostStatus, ...]
    fields: Mapping[str, Any]


def cluster_statuses(data: bytes) -> tuple[ClusterStatus, ...]:
    """The clusters of an answer in its order. Raises BrokenAnswer."""
    statuses = snake(decode_object(data)).get("cluster_statuses")
    return tuple(
        ClusterStatus(name, tuple(_hosts(name, status)), status)
        for status in objects(statuses)
        if (name := str(status.get("name", "")))
    )


def _hosts(cluster: str, status: Mapping[str, Any]) -> Iterator[HostStatus]:
    for host in objects(status.get("host_statuses")):
        health, locality = mapping(host.get("health_status")), mapping(host.get("locality"))
        address, port = address_of(mapping(host.get("address")))
        yield HostStatus(
            cluster=cluster,
            address=address,
            port=port,
            hostname=str(host.get("hostname", "")),
            health=str(health.get("eds_health_status", "UNKNOWN")),
            failing=frozenset(name for name, value in health.items() if value is True),
            weight=number(host.get("weight")),
            priority=number(host.get("priority")),
            locality=(
                str(locality.get("region", "")),
                str(locality.get("zone", "")),
                str(locality.get("sub_zone", "")),
            ),
            stats={str(s.get("name", "")): number(s.get("value")) for s in objects(host.get("stats"))},
        )


def address_of(address: Mapping[str, Any]) -> tuple[str, int]:
    """IP and port of an Envoy Address; a path or an internal listener has the port 0."""
    if found := mapping(address.get("socket_address")):
        return str(found.get("address", "")), number(found.get("port_value"))
    if found := mapping(address.get("pipe")):
        return str(found.get("path", "")), 0
    if found := mapping(address.get("envoy_internal_address")):
        return f"envoy://{found.get('server_listener_name', '')}/{found.get('endpoint_id', '')}", 0
    return "", 0
