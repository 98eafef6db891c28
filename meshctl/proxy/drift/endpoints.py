"""Endpoints: the addresses in EndpointSlices against those that a proxy sends requests to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.kinds.core import Node, Service
from meshctl.graph.kinds.discovery import EndpointSlice
from meshctl.graph.kinds.workload import Pod
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.selectors import matches
from meshctl.graph.subsets import REGION, ZONE
from meshctl.graph.viewpoint.policies import policy
from meshctl.graph.viewpoint.provided import Provided, ProvidedPort
from meshctl.graph.viewpoint.scope import scope
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.difference import Difference, Hop, Sort
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig, number

Shards = Mapping[str, frozenset[str]]
"""What the control plane knows: `ADDRESS:PORT` by host."""

LOCALITY = "istio-locality"
_TOPOLOGY = ("topology.", "kubernetes.io/hostname", LOCALITY)
_FIX_MISSING = (
    "See whether istiod has the EndpointSlice (`/debug/endpointShardz`); if it has, restart the proxy, "
    "which does not take updates"
)
_FIX_GHOST = "Restart the proxy, or istiod where it still has the address: requests to it fail or reach another pod"


class Wanted(Struct, frozen=True):
    """An address that should be used, or is just not ready.

    `carried` are the labels of its pod, `locality` region and zone of its node; None where they are not known.
    """

    slice: ResourceId
    path: Path
    ready: bool
    carried: Mapping[str, str] | None
    locality: tuple[str, str] | None


class Used(Struct, frozen=True):
    """An address as a proxy has it: state, as HEALTHY, and region and zone."""

    state: str
    locality: tuple[str, str]


@index(EndpointSlice)
def slices(mesh: MeshGraph) -> Mapping[tuple[str, str], tuple[EndpointSlice, ...]]:
    """EndpointSlices by namespace and name of their Service."""
    found: dict[tuple[str, str], list[EndpointSlice]] = defaultdict(list)
    for each in mesh.all(EndpointSlice):
        if each.service:
            found[each.namespace, each.service].append(each)
    return {key: tuple(those) for key, those in found.items()}


class EndpointPlan(Struct, frozen=True):
    """The addresses that one cluster should have, by `ADDRESS:PORT`; `rule` and `labels` are of its subset, if any.

    `base` is the cluster of the whole host.
    """

    host: str
    base: str
    place: tuple[ResourceId, Path]
    addresses: Mapping[str, Wanted]
    rule: ResourceId | None = None
    labels: Path = ()


def endpoint_plans(viewer: Viewer) -> Mapping[str, EndpointPlan]:
    """The plans of all clusters whose endpoints resources tell, by the cluster's name."""
    return dict(_plans(viewer))


def _plans(viewer: Viewer) -> Iterator[tuple[str, EndpointPlan]]:
    for host, provider in scope(viewer).hosts.items():
        service = provider.source
        if not isinstance(service, Service) or service.is_headless or not service.selector:
            continue
        if service.spec.get("internalTrafficPolicy") == "Local":
            continue
        known = slices(viewer.mesh).get((service.namespace, service.name), ())
        if not known and not viewer.mesh.absence_is_proven(
            Missing("EndpointSlice", service.name, EndpointSlice.KINDS, service.namespace, elsewhere=True)
        ):
            continue
        for port in provider.ports:
            yield from _of_port(viewer, provider, port, known, host)


def _of_port(
    viewer: Viewer, provider: Provided, port: ProvidedPort, known: tuple[EndpointSlice, ...], host: str
) -> Iterator[tuple[str, EndpointPlan]]:
    every = dict(_wanted(viewer.mesh, known, port))
    place = (known[0].id, ("endpoints",)) if known else (provider.source.id, ("spec", "selector"))
    base = f"outbound|{port.number}||{host}"
    yield base, EndpointPlan(host, base, place, every)
    for rule in viewer.rules(host, provider.source.namespace):
        for subset in rule.subsets:
            found = policy(viewer, host, provider.source.namespace, subset.name, port.number)
            if found is None or found.source is not rule:
                continue
            if any(key.startswith(_TOPOLOGY) for key in subset.labels):
                continue
            if any(w.carried is None for w in every.values()):
                continue
            chosen = {a: w for a, w in every.items() if matches(subset.labels, w.carried or {})}
            path = (*subset.path, "labels")
            yield f"outbound|{port.number}|{subset.name}|{host}", EndpointPlan(host, base, place, chosen, rule.id, path)


def _wanted(mesh: MeshGraph, known: tuple[EndpointSlice, ...], port: ProvidedPort) -> Iterator[tuple[str, Wanted]]:
    for each in known:
        target = each.ports.get(port.name)
        if target is None:
            continue
        for address in each.addresses:
            pod = mesh.get(Pod, each.namespace, address.pod) if address.pod else None
            ready = address.ready and not address.terminating
            carried = pod.pod_labels if pod else None
            locality = None if pod is None or LOCALITY in (carried or {}) else _locality(mesh, pod)
            yield f"{address.address}:{target}", Wanted(each.id, address.path, ready, carried, locality)


def _locality(mesh: MeshGraph, pod: Pod) -> tuple[str, str] | None:
    node = mesh.get(Node, "", text(pod.pod_spec.get("nodeName")))
    return (node.labels.get(REGION, ""), node.labels.get(ZONE, "")) if node and node.labels.get(REGION) else None


def endpoint_differences(
    plan: EndpointPlan, base_differs: bool, running: Any, shards: Shards | None, sent_sick: frozenset[str], name: str
) -> Iterator[Difference]:
    """What differs in the endpoints of one cluster.

    `base_differs` says that those of the whole host do as well. `sent_sick` are addresses that the proxy was told are
    not healthy: others it found out about itself, which is no drift.
    """
    there = addresses_of(running)
    missing = [a for a, w in plan.addresses.items() if w.ready and a not in there]
    ghosts = [a for a in there if a not in plan.addresses]
    known = None if shards is None else shards.get(plan.host, frozenset())
    if plan.rule and not base_differs and (missing or ghosts):
        yield _of_subset(plan, tuple(sorted(there)), bool(missing), name)
        return
    if len(missing) == len(ghosts) == 1:
        yield _ghost(plan, ghosts[0], missing[0], known, name)
        return
    for address in missing:
        wanted = plan.addresses[address]
        hop = Hop.UNKNOWN if known is None else Hop.DELIVERY if address in known else Hop.CONTROL_PLANE
        place = (wanted.slice, wanted.path)
        reason = "The proxy does not send requests to an address that is ready"
        yield _difference(Sort.ENDPOINT_MISSING, hop, place, address, None, reason, _FIX_MISSING, name)
    for address in ghosts:
        yield _ghost(plan, address, None, known, name)
    for address, used in there.items():
        if (found := plan.addresses.get(address)) and found.ready:
            yield from _state(found, address, used, address in sent_sick, name)


def _ghost(
    plan: EndpointPlan, address: str, instead: str | None, known: frozenset[str] | None, name: str
) -> Difference:
    """An address that should not be there, perhaps instead of one that should."""
    hop = Hop.UNKNOWN if known is None else Hop.CONTROL_PLANE if address in known else Hop.DELIVERY
    reason = "The proxy sends requests to an address that the Service does not have any more"
    place = plan.place
    if instead:
        place = (plan.addresses[instead].slice, plan.addresses[instead].path)
    return _difference(Sort.ENDPOINT_GHOST, hop, place, instead, address, reason, _FIX_GHOST, name)


def _state(wanted: Wanted, address: str, used: Used, sent_sick: bool, name: str) -> Iterator[Difference]:
    """State and place of an address that both have."""
    place = (wanted.slice, wanted.path)
    if used.state not in _USABLE or (used.state == "UNHEALTHY" and sent_sick):
        reason = f"{address} is ready, but the proxy was told to avoid it"
        yield _difference(Sort.ENDPOINT_STATE, Hop.UNKNOWN, place, "HEALTHY", used.state, reason, _FIX_MISSING, name)
    if wanted.locality and used.locality != wanted.locality:
        desired, there = ("/".join(each) for each in (wanted.locality, used.locality))
        reason = f"{address} runs in another place than the proxy thinks, which decides how much traffic it gets"
        yield _difference(Sort.ENDPOINT_STATE, Hop.UNKNOWN, place, desired, there, reason, _FIX_MISSING, name)


_USABLE = frozenset({"", "UNKNOWN", "HEALTHY", "UNHEALTHY"})


def _of_subset(plan: EndpointPlan, there: tuple[str, ...], missing: bool, name: str) -> Difference:
    desired = tuple(sorted(a for a, w in plan.addresses.items() if w.ready))
    sort = Sort.ENDPOINT_MISSING if missing else Sort.ENDPOINT_GHOST
    reason = "The subset has other addresses than the pods with its labels"
    place = (plan.rule, plan.labels)
    return _difference(sort, Hop.UNKNOWN, place, desired, there, reason, _FIX_MISSING, name)


def _difference(
    sort: Sort,
    hop: Hop,
    place: tuple[ResourceId | None, Path],
    desired: Any,
    found: Any,
    reason: str,
    fix: str,
    name: str,
) -> Difference:
    sent = None if hop is Hop.UNKNOWN else found if hop is Hop.CONTROL_PLANE else desired
    return Difference(
        sort=sort,
        hop=hop,
        resource=place[0],
        path=place[1],
        field="lb_endpoints",
        desired=desired,
        sent=sent,
        running=found,
        reason=reason,
        fix=fix,
        objects=(name,),
    )


def addresses_of(assignment: Any) -> dict[str, Used]:
    """What a ClusterLoadAssignment has by `ADDRESS:PORT`; a tunnel's endpoint counts as what is behind it."""
    found: dict[str, Used] = {}
    for _, group in numbered(mapping(assignment).get("endpoints")):
        place = mapping(group.get("locality"))
        locality = (text(place.get("region")), text(place.get("zone")))
        for _, entry in numbered(group.get("lb_endpoints")):
            address = dig(entry, "endpoint", "address", "socket_address")
            inner = dig(entry, "endpoint", "address", "envoy_internal_address", "endpoint_id")
            used = Used(text(entry.get("health_status")), locality)
            if isinstance(address, dict):
                found[f"{text(address.get('address'))}:{number(address.get('port_value')) or 0}"] = used
            elif isinstance(inner, str):
                found[inner] = used
    return found


def shards_of(endpointz: Any) -> Shards:
    """What istiod's `/debug/endpointz` says, as `{host: {namespace: {"Shards": {cluster: [...]}}}}`."""
    found: dict[str, set[str]] = defaultdict(set)
    for host, places in mapping(endpointz).items():
        for place in mapping(places).values():
            for entries in mapping(mapping(place).get("Shards")).values():
                for _, entry in numbered(entries):
                    port = number(entry.get("EndpointPort"))
                    found[host].update(f"{a}:{port}" for a in entry.get("Addresses") or () if isinstance(a, str))
    return {host: frozenset(addresses) for host, addresses in found.items()}
