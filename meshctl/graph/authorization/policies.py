"""Which AuthorizationPolicies are for which workload."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from meshctl.graph.authorization.enforcers import READS, Called, Enforcer, enforcer_of
from meshctl.graph.deployedgateways import GATEWAY_NAME, pod_labels_of
from meshctl.graph.fields import text
from meshctl.graph.kinds.core import ConfigMap, Service
from meshctl.graph.kinds.gateway_api import reference_kind
from meshctl.graph.kinds.gatewayroutes import GATEWAY, SERVICE, SERVICE_ENTRY
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.selectors import matches
from meshctl.model.ids import KindKey

Labels = Mapping[str, str]
_CLASS = KindKey("gateway.networking.k8s.io", "GatewayClass")
_WAYPOINT_CLASS = "istio-waypoint"
_NOTHING = KindKey("", "")

POLICY_READS = (AuthorizationPolicy, Workload, *READS)
"""The kinds that tell which policies are enforced for a workload."""


class Policies:
    """The policies by whom they are for, found without looking at all of them. `root` is the root namespace."""

    def __init__(self, policies: Iterable[AuthorizationPolicy], root: str) -> None:
        self.root = root
        self._for_all: dict[str, list[AuthorizationPolicy]] = defaultdict(list)
        self._by_selector: dict[tuple[str, frozenset[tuple[str, str]]], list[AuthorizationPolicy]] = defaultdict(list)
        self._attached: dict[tuple[str, KindKey, str], list[AuthorizationPolicy]] = defaultdict(list)
        for policy in policies:
            if policy.targets:
                for target in policy.targets:
                    place = text(target.get("namespace")) or policy.namespace
                    # A target of another namespace is none.
                    if place == policy.namespace:
                        kind = reference_kind(target, _NOTHING)
                        self._attached[place, kind, text(target.get("name"))].append(policy)
            elif policy.selector:
                self._by_selector[policy.namespace, frozenset(policy.selector.items())].append(policy)
            else:
                self._for_all[policy.namespace].append(policy)
        self._by_pair = _by_rarest_pair(self._by_selector)
        self._selecting: dict[tuple[str, frozenset[tuple[str, str]]], tuple[AuthorizationPolicy, ...]] = {}

    def of_pods(self, carried: Labels, namespace: str) -> tuple[AuthorizationPolicy, ...]:
        """Policies without targets for pods with these labels: of the root namespace, then of their own."""
        asked = (namespace, frozenset(carried.items()))
        if asked not in self._selecting:
            places = dict.fromkeys((self.root, namespace))
            self._selecting[asked] = tuple(p for place in places for p in self._of_place(carried, place))
        return self._selecting[asked]

    def any_for(self, carried: Labels, namespace: str) -> bool:
        """Whether there is one for pods with these labels."""
        return any(
            place in self._for_all or any(True for _ in self.selectors(carried, place))
            for place in (self.root, namespace)
        )

    def of_waypoint(
        self, name: str, namespace: str, service: Service | ServiceEntry | None
    ) -> tuple[AuthorizationPolicy, ...]:
        """Policies that a waypoint enforces on the way to a service: by class, its own name, or that of the service."""
        found = [
            *self._attached.get((self.root, _CLASS, _WAYPOINT_CLASS), ()),
            *self._attached.get((namespace, GATEWAY, name), ()),
        ]
        if service is not None:
            kind = SERVICE if isinstance(service, Service) else SERVICE_ENTRY
            found += self._attached.get((service.namespace, kind, service.name), ())
        return tuple({policy.id: policy for policy in found}.values())

    def of_gateway(self, name: str, namespace: str, carried: Labels) -> tuple[AuthorizationPolicy, ...]:
        """Policies of a gateway of the Gateway API: those that name it, and those that select its pods."""
        found = (*self._attached.get((namespace, GATEWAY, name), ()), *self.of_pods(carried, namespace))
        return tuple({policy.id: policy for policy in found}.values())

    def _of_place(self, carried: Labels, place: str) -> Iterator[AuthorizationPolicy]:
        yield from self._for_all.get(place, ())
        for selector in self.selectors(carried, place):
            yield from self._by_selector[place, selector]

    def selectors(self, carried: Labels, place: str) -> Iterator[frozenset[tuple[str, str]]]:
        """The selectors of policies of a namespace that pods with these labels fit, each once."""
        for pair in carried.items():
            for selector in self._by_pair.get((place, *pair), ()):
                if matches(dict(selector), carried):
                    yield selector


def _by_rarest_pair(
    selectors: Iterable[tuple[str, frozenset[tuple[str, str]]]],
) -> Mapping[tuple[str, str, str], list[frozenset[tuple[str, str]]]]:
    """Each selector under one of its pairs, the one that the fewest have, so that few are looked at in vain."""
    known = list(selectors)
    count = Counter((place, *pair) for place, selector in known for pair in selector)
    found: dict[tuple[str, str, str], list[frozenset[tuple[str, str]]]] = defaultdict(list)
    for place, selector in known:
        found[min(((place, *pair) for pair in selector), key=lambda key: (count[key], key))].append(selector)
    return found


@index(AuthorizationPolicy, ConfigMap)
def policies(mesh: MeshGraph) -> Policies:
    """The AuthorizationPolicies by whom they are for."""
    return Policies(mesh.all(AuthorizationPolicy), mesh_config(mesh).root_namespace)


def policies_of(
    mesh: MeshGraph, called: Called, service: Service | ServiceEntry | None = None
) -> tuple[AuthorizationPolicy, ...]:
    """The policies that are enforced for something that is called: those of its proxy, or of ztunnel.

    At a waypoint, `service` is the one on the way to which the request is. Policies that are only tried (dry-run) are
    among them. None are for a workload of which it is known that nobody enforces any.
    """
    return policies_by(mesh, called, enforcer_of(mesh, called), service)


def policies_by(
    mesh: MeshGraph, called: Called, enforcer: Enforcer, service: Service | ServiceEntry | None
) -> tuple[AuthorizationPolicy, ...]:
    """As `policies_of`, where it is known who enforces."""
    if enforcer == "nobody":
        return ()
    carried = carried_by(called)
    name = carried.get(GATEWAY_NAME, "")
    if enforcer == "waypoint":
        return policies(mesh).of_waypoint(name, called.namespace, service)
    if enforcer == "gateway":
        return policies(mesh).of_gateway(name, called.namespace, carried)
    return policies(mesh).of_pods(carried, called.namespace)


def carried_by(called: Called) -> Labels:
    """The labels of the pods, or of the machine, that are called."""
    if isinstance(called, Workload):
        return called.pod_labels
    return called.carried_labels if isinstance(called, Machine) else pod_labels_of(called)
