"""DestinationRules and VirtualServices that no proxy applies for clients in ambient mode."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from meshctl.graph.ambient import in_ambient_namespace
from meshctl.graph.ambientmesh.marked import marked_workloads
from meshctl.graph.ambientmesh.proxies import led_to_by_gateways, sidecars_in
from meshctl.graph.ambientmesh.services import served
from meshctl.graph.ambientmesh.waypoints import WAYPOINT_READS, waypoints
from meshctl.graph.fields import Fields, listed, mapping, numbered
from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Service
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry, VirtualService
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.model.paths import Path

TRAFFIC_READS = (
    DestinationRule,
    VirtualService,
    GatewayRoute,
    MutatingWebhookConfiguration,
    ConfigMap,
    *WAYPOINT_READS,
)
"""The kinds that `unapplied` reads."""

Why = Literal["service without waypoint", "entry without waypoint", "far from waypoint"]

_BY_REQUEST = ("httpHeaderName", "httpCookie", "httpQueryParameterName")


class Unapplied(NamedTuple):
    """A rule for a host that is not applied for clients in ambient mode, and why. `path` is what is not applied.

    `for_others` says that other clients do apply it: sidecars, or gateways that lead to the host. `use_home` is the
    namespace of the waypoint that does not look at it.
    """

    rule: DestinationRule | VirtualService
    path: Path
    service: Service | ServiceEntry
    why: Why
    for_others: bool
    use_home: str = ""


@index(*TRAFFIC_READS)
def unapplied_destination_rules(mesh: MeshGraph) -> Sequence[Unapplied]:
    """DestinationRules with settings for requests that no proxy on the way of clients in ambient mode applies."""
    found: list[Unapplied] = []
    if not _concerns(mesh):
        return ()
    root = mesh_config(mesh).root_namespace
    for rule in mesh.all(DestinationRule):
        path = next(_request_settings(rule), None)
        # A rule of the root namespace is for all proxies there are.
        if (
            path is not None
            and rule.host
            and rule.namespace != root
            and not sidecars_in(mesh).may_be_in(rule.namespace)
        ):
            one = _unapplied(mesh, rule, path, rule.host)
            if one is not None:
                found.append(one)
    return tuple(found)


@index(*TRAFFIC_READS)
def unapplied_virtual_services(mesh: MeshGraph) -> Sequence[Unapplied]:
    """VirtualServices for the mesh that no proxy on the way of clients in ambient mode applies: the first host."""
    found: list[Unapplied] = []
    if not _concerns(mesh):
        return ()
    for vs in mesh.all(VirtualService):
        has_routes = any(listed(vs.spec.get(protocol)) for protocol in ("http", "tls"))
        if not has_routes or not vs.applies_to_mesh or sidecars_in(mesh).may_be_in(vs.namespace):
            continue
        those = (_unapplied(mesh, vs, ("spec", "hosts", i), host) for i, host in vs.hosts)
        found += [one for one in those if one is not None][:1]
    return tuple(found)


def _concerns(mesh: MeshGraph) -> bool:
    """Whether there is anything in ambient mode, or behind a waypoint."""
    return bool(marked_workloads(mesh)) or any(True for _ in waypoints(mesh).uses)


def _unapplied(mesh: MeshGraph, rule: DestinationRule | VirtualService, path: Path, host: str) -> Unapplied | None:
    known = hosts(mesh)
    full = known.fqdn(host, rule.namespace)
    entry = known.find(host, rule.namespace) or known.hidden(host, rule.namespace)
    if entry is None or entry.host != full:
        return None
    service = entry.first
    why = _why(mesh, rule, service)
    if why is None:
        return None
    # A DestinationRule that is neither of the namespace of the service nor of the root is for its own namespace alone.
    scopes = (rule.namespace,) if why == "far from waypoint" and isinstance(rule, DestinationRule) else rule.export_to
    if isinstance(rule, VirtualService):
        for_gateways = bool(rule.gateway_references)
    else:
        for_gateways = why != "far from waypoint" and full in led_to_by_gateways(mesh)
    use = waypoints(mesh).of(service)
    others = for_gateways or sidecars_in(mesh).are_among(scopes)
    return Unapplied(rule, path, service, why, others, use.namespace if use else "")


def _why(mesh: MeshGraph, rule: DestinationRule | VirtualService, service: Service | ServiceEntry) -> Why | None:
    answer, use = waypoints(mesh).answer(service), waypoints(mesh).of(service)
    if answer == "none" and isinstance(service, Service):
        return "service without waypoint" if served(mesh).in_ambient(service) else None
    if answer == "none":
        return "entry without waypoint" if in_ambient_namespace(mesh, rule.namespace) else None
    if answer == "waypoint" and use is not None and use.exists:
        return None if rule.namespace in (service.namespace, use.namespace) else "far from waypoint"
    return None


def _request_settings(rule: DestinationRule) -> Iterator[Path]:
    """The paths of the settings of a DestinationRule that are about requests."""
    yield from _of_policy(mapping(rule.spec.get("trafficPolicy")), ("spec", "trafficPolicy"))
    for i, subset in numbered(rule.spec.get("subsets")):
        yield from _of_policy(mapping(subset.get("trafficPolicy")), ("spec", "subsets", i, "trafficPolicy"))


def _of_policy(policy: Fields, path: Path) -> Iterator[Path]:
    hashing = mapping(mapping(policy.get("loadBalancer")).get("consistentHash"))
    if any(field in hashing for field in _BY_REQUEST):
        yield (*path, "loadBalancer", "consistentHash")
    if mapping(mapping(policy.get("connectionPool")).get("http")):
        yield (*path, "connectionPool", "http")
    if policy.get("outlierDetection") is not None:
        yield (*path, "outlierDetection")
    for i, port in numbered(policy.get("portLevelSettings")):
        yield from _of_policy(port, (*path, "portLevelSettings", i))
