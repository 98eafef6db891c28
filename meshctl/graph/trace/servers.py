"""Who answers for a port of a Service or ServiceEntry: workloads with their pods, or addresses."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from meshctl.graph.fields import numbered
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.discovery import EndpointSlice
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.mtls.servers import container_ports, port_in, ways
from meshctl.graph.nearest import Names
from meshctl.graph.selectors import selector_text
from meshctl.graph.subsets import endpoint_of
from meshctl.graph.trace.leg import ABSENT, Leg
from meshctl.graph.view import View
from meshctl.graph.viewpoint.provided import ProvidedPort
from meshctl.graph.workloads import machines, top_owner, workloads
from meshctl.model.paths import Path


class Server(Struct, frozen=True):
    """A workload that answers: `one` of its pods stands for all, itself where the input has none.

    `port` is that of the pod; None where it is not known. `weight` is how many pods it has.
    """

    workload: Workload | Machine
    one: Workload | Machine
    port: int | None
    weight: int


class Subset(Struct, frozen=True):
    """Which endpoints of a host are meant: those with these labels, as the field at `path` says."""

    name: str
    labels: Mapping[str, str]
    subject: View
    path: Path


def servers_of(
    leg: Leg, source: Service | ServiceEntry, port: ProvidedPort, subset: Subset | None
) -> tuple[Server, ...] | None:
    """Who answers, with the steps that say so; None where the request has ended, as nobody does."""
    selected = _selected(leg.mesh, source)
    if not selected:
        _nobody(leg, source)
        return None
    groups = _grouped(leg.mesh, selected)
    if subset is not None:
        fitting = {top: some for top, those in groups.items() if (some := _fitting(leg.mesh, those, subset))}
        if not fitting:
            _no_such(leg, subset, groups, source)
            return None
        groups = fitting
    ready = _ready(leg, source, groups)
    return None if ready is None else _listening(leg, source, port, ready)


Groups = Mapping[Workload | Machine, list[Workload | Machine]]


def _selected(mesh: MeshGraph, source: Service | ServiceEntry) -> list[Workload | Machine]:
    if not source.selector:
        return []
    found = workloads(mesh).selected_by(source.selector, source.namespace)
    those: list[Workload | Machine] = [w for w in found if not (w.is_pod and w.has_ended)]
    return those + [m for m in machines(mesh).selected_by(source.selector, source.namespace)]


def _grouped(mesh: MeshGraph, selected: list[Workload | Machine]) -> dict[Workload | Machine, list[Workload | Machine]]:
    """By the outermost owner: its pods, itself only where the input has none of them."""
    found: dict[Workload | Machine, list[Workload | Machine]] = {}
    for each in selected:
        top = each if isinstance(each, Machine) else top_owner(mesh, each)
        found.setdefault(top, []).append(each)
    return {
        top: [w for w in those if isinstance(w, Machine) or w.is_pod] or [top if top in those else those[0]]
        for top, those in found.items()
    }


def _fitting(mesh: MeshGraph, those: list[Workload | Machine], subset: Subset) -> list[Workload | Machine]:
    return [w for w in those if _carries(mesh, w, subset.labels)]


def _carries(mesh: MeshGraph, server: Workload | Machine, wanted: Mapping[str, str]) -> bool:
    if isinstance(server, Machine):
        return wanted.items() <= server.carried_labels.items()
    endpoint = endpoint_of(mesh, server, running=False)
    return all(endpoint.may_carry(key, value) for key, value in wanted.items())


def _nobody(leg: Leg, source: Service | ServiceEntry) -> None:
    selector, mesh = source.selector, leg.mesh
    path: Path = ("spec", "selector") if isinstance(source, Service) else ("spec", "workloadSelector", "labels")
    if not selector:
        _told_by_hand(leg, source)
        return
    kinds = (*Workload.KINDS, *Machine.KINDS)
    missing = Missing("workload", selector_text(selector), kinds, source.namespace)
    near = _nearest(mesh, source)
    text = f"A workload with {selector_text(selector)} {ABSENT}, so that nothing is behind {source.id}: 503."
    fix = "Give its pods these labels, or change the selector."
    if near is not None:
        server, key, value = near
        fix = f"{server.id} has {key}={value}: is that what the selector means?"
        path = (*path, key)
    leg.lacks("endpoints", missing, text, source, path, flag="UH", fix=fix)


def _nearest(mesh: MeshGraph, source: Service | ServiceEntry) -> tuple[Workload, str, str] | None:
    """A workload that differs in one label from what is selected, with the key and its own value."""
    for workload in workloads(mesh).selected_by({}, source.namespace):
        differing = [k for k, v in source.selector.items() if workload.pod_labels.get(k) != v]
        if len(differing) == 1 and differing[0] in workload.pod_labels:
            own = workload.pod_labels[differing[0]]
            if len(source.selector) > 1 or Names([own]).nearest(source.selector[differing[0]]):
                return top_owner(mesh, workload), differing[0], own
    return None


def _told_by_hand(leg: Leg, source: Service | ServiceEntry) -> None:
    """A Service without a selector, or a ServiceEntry with endpoints."""
    if isinstance(source, ServiceEntry):
        raise AssertionError("who answers for a ServiceEntry without a selector is no workload")
    slices = [s for s in leg.mesh.all(EndpointSlice) if (s.namespace, s.service) == (source.namespace, source.name)]
    ready = [a.address for s in slices for a in s.addresses if a.ready]
    if ready:
        leg.passes(
            "endpoints", f"{source.id} has no selector; its EndpointSlices have {', '.join(ready[:3])}.", slices[0]
        )
        leg.served(f"addresses of {source.id}", (source,))
        return
    missing = Missing("endpointslice", source.full_name, EndpointSlice.KINDS, source.namespace)
    text = f"{source.id} has no selector, and an EndpointSlice for it {ABSENT}: 503."
    fix = "Give it a selector, or make an EndpointSlice with the addresses."
    if leg.mesh.coverage.inferred and not leg.mesh.all(EndpointSlice):
        leg.depends(
            "endpoints", f"{source.id} has no selector: who is behind it, others say.", source, ("spec",), fix=fix
        )
        leg.unknown()
    else:
        leg.lacks("endpoints", missing, text, source, ("spec",), flag="UH", fix=fix)


def _no_such(leg: Leg, subset: Subset, groups: Groups, source: Service | ServiceEntry) -> None:
    wanted = selector_text(subset.labels)
    values = sorted({_labels(w).get(k, "") for those in groups.values() for w in those for k in subset.labels} - {""})
    names = ", ".join(str(top.id) for top in list(groups)[:3])
    missing = Missing("workload", wanted, (*Workload.KINDS, *Machine.KINDS), source.namespace)
    text = f"A workload of {source.id} with {wanted} {ABSENT}: the subset {subset.name} is empty: 503."
    fix = f"Behind {source.id} there is {names}" + (
        f" with {', '.join(values)}." if values else ", without that label."
    )
    key = next(iter(subset.labels), None)
    path = (*subset.path, "labels", key) if key else subset.path
    leg.lacks("endpoints", missing, text, subset.subject, path, flag="UH", fix=fix)


def _labels(server: Workload | Machine) -> Mapping[str, str]:
    return server.carried_labels if isinstance(server, Machine) else server.pod_labels


def _ready(leg: Leg, source: Service | ServiceEntry, groups: Groups) -> Groups | None:
    """Without what has no pods, or none that is ready."""
    found: dict[Workload | Machine, list[Workload | Machine]] = {}
    waiting: tuple[Workload, Path, str] | None = None
    for top, those in groups.items():
        if isinstance(top, Workload) and not top.is_pod and top in those and top.replicas == 0:
            waiting = waiting or (top, ("spec", "replicas"), f"{top.id} has 0 replicas")
            continue
        unready = {w: path for w in those if isinstance(w, Workload) and (path := _not_ready(w))}
        some = [w for w in those if w not in unready]
        if some or source.spec.get("publishNotReadyAddresses") is True:
            found[top] = some or those
        elif waiting is None and unready:
            pod, path = next(iter(unready.items()))
            waiting = pod, path, f"No pod of {top.id} is ready ({len(unready)} of {len(unready)} are not)"
    if found:
        return found
    assert waiting is not None
    subject, path, text = waiting
    fix = (
        "Scale it up."
        if path[-1] == "replicas"
        else f"Look why: kubectl describe {subject.id.kind.lower()} {subject.name} -n {subject.namespace}."
    )
    leg.fails("endpoints", f"{text}, and nobody else is behind {source.id}: 503.", subject, path, flag="UH", fix=fix)
    return None


def _not_ready(pod: Workload) -> Path:
    """The path of the condition that says that a pod is not ready; empty where none does."""
    for i, condition in numbered(pod.status.get("conditions")) if pod.is_pod else ():
        if condition.get("type") == "Ready" and condition.get("status") == "False":
            return ("status", "conditions", i)
    return ()


def _listening(
    leg: Leg, source: Service | ServiceEntry, port: ProvidedPort, groups: Groups
) -> tuple[Server, ...] | None:
    found: list[Server] = []
    for top, those in _alike(leg.mesh, groups):
        one = those[0]
        number = _port_of(source, port, one)
        if number is None and isinstance(one, Workload) and isinstance(top, Workload) and not container_ports(one):
            # What declares no ports at all was shortened: its template tells them.
            number = _port_of(source, port, top)
        if number is not None:
            weight = len(those) if one is not top or isinstance(top, Machine) else max(top.replicas, 1)
            found.append(Server(top, one, number, weight))
    if found:
        every = list(dict.fromkeys(str(s.workload.id) for s in found))
        names = ", ".join(every[:3]) + (f" and {len(every) - 3} more" if every[3:] else "")
        where = ("metadata", "name")
        verb = "answers" if len(every) == 1 else "answer"
        leg.passes("endpoints", f"{names} {verb} at port {found[0].port}.", found[0].workload, where)
        _undeclared(leg, source, port, found)
        return tuple(found)
    one = next(iter(groups.values()))[0]
    assert isinstance(source, Service)
    target = source.ports_by_number[port.number].target
    names_known = sorted(name for name, _ in container_ports(one) if name) if isinstance(one, Workload) else []
    near = Names(names_known).nearest(str(target))
    hint = f"Did you mean {near}?" if near else f"Its ports are called {', '.join(names_known) or 'nothing'}."
    text = f"targetPort {target} of {source.id} is no port that a container of {one.id} declares: 503."
    leg.fails("endpoints", text, source, (*port.path, "targetPort"), flag="UH", fix=hint)
    return None


def _alike(mesh: MeshGraph, groups: Groups) -> Iterator[tuple[Workload | Machine, list[Workload | Machine]]]:
    """The pods of each workload, apart where some of them have a proxy and others do not."""
    for top, those in groups.items():
        by_way: dict[str, list[Workload | Machine]] = {}
        for one in those:
            by_way.setdefault(ways(mesh)(one), []).append(one)
        for some in by_way.values():
            yield top, some


def _port_of(source: Service | ServiceEntry, port: ProvidedPort, server: Workload | Machine) -> int | None:
    if isinstance(source, Service):
        return port_in(server, source.ports_by_number[port.number])
    fields = dict(numbered(source.spec.get("ports"))).get(int(port.path[-1]), {})
    target = fields.get("targetPort")
    return target if isinstance(target, int) else port.number


def _undeclared(leg: Leg, source: Service | ServiceEntry, port: ProvidedPort, found: list[Server]) -> None:
    """Containers need not declare their ports; one that declares others and not this is a hint."""
    for server in found:
        if isinstance(server.one, Workload):
            declared = {number for _, number in container_ports(server.one)}
            if declared and server.port not in declared and server.port is not None:
                path = (*port.path, "targetPort") if isinstance(source, Service) else port.path
                others = ", ".join(map(str, sorted(declared)))
                text = (
                    f"No container of {server.workload.id} declares port {server.port}, only {others}: "
                    "if nothing listens there, it is a 503."
                )
                leg.depends(
                    "endpoints", text, source, path, fix=f"Make it a port that is listened on, such as {others}."
                )
                return
