"""What the subsets of a DestinationRule can select: the endpoints behind its host, with the labels that Istio sees."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from meshctl.graph.fields import text
from meshctl.graph.hosts import HostEntry
from meshctl.graph.kinds.core import Node, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry, Subset
from meshctl.graph.kinds.workload import Pod, Workload
from meshctl.graph.lazy import lazy
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.ruletargets import seen_target
from meshctl.graph.workloads import machines, owner, pods_were_read, workloads
from meshctl.model.ids import ResourceId

HOSTNAME = "kubernetes.io/hostname"
REGION = "topology.kubernetes.io/region"
ZONE = "topology.kubernetes.io/zone"
SUBZONE = "topology.istio.io/subzone"

_FROM_NODE = frozenset({HOSTNAME, REGION, ZONE, SUBZONE})
_FROM_ISTIO = frozenset(
    {
        "topology.istio.io/cluster",
        "topology.istio.io/network",
        "istio-locality",
        "istio.io/rev",
        "security.istio.io/tlsMode",
        "service.istio.io/canonical-name",
        "service.istio.io/canonical-revision",
    }
)
_FROM_CONTROLLER = frozenset(
    {
        "pod-template-hash",
        "controller-revision-hash",
        "pod-template-generation",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-name",
        "batch.kubernetes.io/job-completion-index",
        "controller-uid",
        "job-name",
        "rollouts-pod-template-hash",
    }
)
_FROM_OUTSIDE = _FROM_NODE | _FROM_ISTIO
_LATER = _FROM_OUTSIDE | _FROM_CONTROLLER


class Endpoint(Struct, frozen=True):
    """Something that answers for a host.

    `open` are the labels that somebody adds later (the node, a controller, the injector), so that it may carry any
    value of them.
    """

    carried: Mapping[str, str]
    open: frozenset[str]
    is_pod: bool = False

    def may_carry(self, key: str, value: str) -> bool:
        """Whether it has, or may get, a label."""
        return self.carried.get(key) == value or key in self.open


class Endpoints:
    """What answers for a host, found by the labels it has or may get. `known` says that these are all there can be."""

    def __init__(self, found: Sequence[Endpoint], *, known: bool) -> None:
        self.found = found
        self.known = known
        self._carrying: dict[tuple[str, str], list[Endpoint]] = defaultdict(list)
        # What is open depends on where an endpoint comes from: there are few such sets.
        self._open: dict[frozenset[str], list[Endpoint]] = defaultdict(list)
        for endpoint in found:
            for pair in endpoint.carried.items():
                self._carrying[pair].append(endpoint)
            self._open[endpoint.open].append(endpoint)

    def any_with(self, wanted: Mapping[str, str]) -> bool:
        """Whether one of them has, or may get, all of these labels; it must be one label at least."""
        rarest = min((self._with(key, value) for key, value in wanted.items()), key=len)
        if len(wanted) == 1:
            return bool(rarest)
        return any(all(endpoint.may_carry(key, value) for key, value in wanted.items()) for endpoint in rarest)

    def any_pod_with(self, wanted: Mapping[str, str]) -> bool:
        """Whether a pod among them has all of these labels now; it must be one label at least."""
        rarest = min((self._carrying.get(pair, ()) for pair in wanted.items()), key=len)
        return any(endpoint.is_pod and wanted.items() <= endpoint.carried.items() for endpoint in rarest)

    def _with(self, key: str, value: str) -> Sequence[Endpoint]:
        found = self._carrying.get((key, value), [])
        for labels, endpoints in self._open.items():
            if key in labels:
                found = [*found, *endpoints]
        return found

    @lazy
    def _values(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key, value in sorted(self._carrying):
            found[key].append(value)
        return dict(found)

    def values(self, key: str) -> Sequence[str]:
        """The values of a label that there are, sorted."""
        return self._values.get(key, ())


class EndpointsOf:
    """The endpoints behind Services and ServiceEntries, looked up once for each host."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._mesh = mesh
        self._of: dict[HostEntry, Endpoints] = {}

    def __call__(self, entry: HostEntry) -> Endpoints:
        """What is behind a host."""
        if entry not in self._of:
            behind = [_endpoints(self._mesh, provider) for provider in entry.providers]
            found = [endpoint for part in behind if part is not None for endpoint in part]
            self._of[entry] = Endpoints(found, known=None not in behind)
        return self._of[entry]


@index(Service, ServiceEntry, Workload, Machine, Node)
def endpoints(mesh: MeshGraph) -> EndpointsOf:
    """The endpoints behind each host."""
    return EndpointsOf(mesh)


@index(Pod, Node)
def pod_endpoints(mesh: MeshGraph) -> Endpoints:
    """All pods of the mesh, with the labels that a subset sees."""
    return Endpoints([_of_pod(mesh, pod) for pod in mesh.all(Pod)], known=True)


class EmptySubset(Struct, frozen=True):
    """A subset without an endpoint behind its host, or with none that is a pod of the input.

    `behind` is None where others than the pods that were read may have its labels; else it is all that answers for the
    host. `elsewhere` says that pods have the labels that are not behind the host.
    """

    rule: DestinationRule
    subset: Subset
    provider: Service | ServiceEntry
    behind: Endpoints | None
    elsewhere: bool


@index(DestinationRule, Service, ServiceEntry, Workload, Machine, Node)
def empty_subsets(mesh: MeshGraph) -> tuple[EmptySubset, ...]:
    """Subsets of hosts that are seen where their rule is. One without labels is all of the host and left out."""
    were_read = pods_were_read(mesh)
    found = []
    for rule in mesh.all(DestinationRule):
        entry = seen_target(mesh, rule) if rule.subsets else None
        if entry is None:
            continue
        behind = endpoints(mesh)(entry)
        for subset in rule.subsets:
            if not subset.labels or behind.any_pod_with(subset.labels):
                continue
            empty = behind.known and not behind.any_with(subset.labels)
            if not (empty or were_read):
                continue
            own = entry.first.selector if isinstance(entry.first, ServiceEntry) else {}
            elsewhere = pod_endpoints(mesh).any_pod_with({**own, **subset.labels})
            if empty or not elsewhere:
                found.append(EmptySubset(rule, subset, entry.first, behind if empty else None, elsewhere))
    return tuple(found)


def endpoint_of(mesh: MeshGraph, workload: Workload, *, running: bool) -> Endpoint:
    """A pod, or the pods of a template, as an endpoint; `running` says that pods of the template were read."""
    return _of_pod(mesh, workload) if workload.is_pod else _of_template(workload, running=running)


def _endpoints(mesh: MeshGraph, provider: Service | ServiceEntry) -> list[Endpoint] | None:
    """What is behind a Service or ServiceEntry; None where its endpoints are not to be known from resources."""
    if isinstance(provider, ServiceEntry) and not provider.selector:
        if provider.resolution == "NONE":
            return None
        if provider.has_endpoints:
            return [Endpoint(carried, _FROM_OUTSIDE) for carried in provider.endpoint_labels]
        return None if provider.resolution == "STATIC" else [Endpoint({}, _FROM_OUTSIDE)]
    if not provider.selector:
        return None
    selected = workloads(mesh).selected_by(provider.selector, provider.namespace)
    seen = {manager for workload in selected if workload.is_pod for manager in _managers(mesh, workload)}
    found = [endpoint_of(mesh, w, running=w.id in seen) for w in selected]
    apart = machines(mesh).selected_by(provider.selector, provider.namespace)
    return found + [Endpoint(machine.carried_labels, _FROM_OUTSIDE) for machine in apart]


def _managers(mesh: MeshGraph, workload: Workload) -> Iterator[ResourceId]:
    seen = {workload.id}
    while (above := owner(mesh, workload)) is not None and above.id not in seen:
        seen.add(above.id)
        yield above.id
        workload = above


def _of_template(workload: Workload, *, running: bool) -> Endpoint:
    """Pods that were read show themselves what they got later."""
    return Endpoint(workload.pod_labels, frozenset() if running else _LATER)


def _of_pod(mesh: MeshGraph, pod: Workload) -> Endpoint:
    name = text(pod.pod_spec.get("nodeName"))
    node = mesh.get(Node, "", name)
    if node is not None:
        return Endpoint({**pod.pod_labels, HOSTNAME: name, **_topology(node)}, _FROM_ISTIO, is_pod=True)
    if name:
        return Endpoint({**pod.pod_labels, HOSTNAME: name}, _FROM_ISTIO | _FROM_NODE - {HOSTNAME}, is_pod=True)
    return Endpoint(pod.pod_labels, _FROM_OUTSIDE, is_pod=True)


def _topology(node: Node) -> dict[str, str]:
    keys = (REGION, ZONE, SUBZONE) if node.labels.get(ZONE) else (REGION,)
    return {key: node.labels[key] for key in keys if node.labels.get(key)}
