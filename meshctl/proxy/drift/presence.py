"""Which outbound clusters are there: one for each port of every visible host, and one for each of its subsets."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct

from meshctl.graph.fields import text
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry
from meshctl.graph.mesh import Missing
from meshctl.graph.view import View
from meshctl.graph.viewpoint.provided import Provided, provided
from meshctl.graph.viewpoint.scope import Scope, admissions, home_of, others_of_namespace, scope, scope_of
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.model.difference import Difference, Hop
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path
from meshctl.proxy.drift.judge import lost

Ports = Mapping[int, frozenset[str]]
"""Ports of a host with the subsets that there are clusters for; an empty text is the host itself."""


class Claim(Struct, frozen=True):
    """Something that should be otherwise among the clusters of one side. `hosts` are those that it is about."""

    resource: ResourceId
    path: Path
    desired: Any
    found: Any
    hosts: frozenset[str]
    name: str

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it the same on both sides."""
        return self.resource, self.path, repr(self.desired), repr(self.found)

    def difference(self, hop: Hop) -> Difference:
        """The claim as a difference."""
        return lost(self.resource, self.path, "clusters", self.desired, self.found, hop, self.name)


def outbound_hosts(names: Collection[str]) -> Mapping[str, Ports]:
    """The hosts that outbound clusters are for: `outbound|PORT|SUBSET|HOST`."""
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name in names:
        parts = name.split("|")
        if len(parts) == 4 and parts[0] == "outbound" and parts[1].isdecimal():
            found[parts[3]][int(parts[1])].add(parts[2])
    return {host: {p: frozenset(s) for p, s in ports.items()} for host, ports in found.items()}


def claims(viewer: Viewer, names: Collection[str], needed: Collection[str]) -> list[Claim]:
    """What is wrong with the clusters that a side has.

    `needed` are hosts that a gateway must know; of others it may have been told nothing.
    """
    there = outbound_hosts(names)
    visible = scope(viewer)
    if whole := _misplaced(viewer, visible, frozenset(there)):
        return [whole]
    found: list[Claim] = []
    found += _missing_hosts(viewer, visible, there, needed)
    found += _more_hosts(viewer, visible, there, found)
    for host, provider in visible.hosts.items():
        if host in there:
            found += _ports(provider, there[host])
            found += _subsets(viewer, provider, there[host])
    return found


def _misplaced(viewer: Viewer, visible: Scope, there: frozenset[str]) -> Claim | None:
    """Whether the side has just what it would have if the selector of a Sidecar were another one."""
    sidecar = visible.sidecar
    if there <= visible.hosts.keys() | visible.open and (not visible.whole or visible.hosts.keys() <= there):
        return None
    for other in others_of_namespace(viewer) if sidecar is None or not sidecar.selector else ():
        would = scope_of(viewer, other)
        if would.hosts.keys() <= there <= would.hosts.keys() | would.open:
            return _selector(other, "is for other pods", "is in force", there | visible.hosts.keys())
    if sidecar is not None and sidecar.selector:
        would = scope_of(viewer, None)
        if would.hosts.keys() <= there:
            return _selector(sidecar, "is in force", "is for other pods", there)
    return None


def _selector(sidecar: View, desired: str, found: str, hosts: Collection[str]) -> Claim:
    path = ("spec", "workloadSelector", "labels")
    return Claim(sidecar.id, path, desired, found, frozenset(hosts), "clusters")


def _missing_hosts(
    viewer: Viewer, visible: Scope, there: Mapping[str, Ports], needed: Collection[str]
) -> Iterator[Claim]:
    if not visible.whole:
        return
    for host, provider in visible.hosts.items():
        if host in there or not provider.ports or (not viewer.is_sidecar and host not in needed):
            continue
        name = f"cluster outbound|{provider.ports[0].number}||{host}"
        if host in visible.admitted and visible.sidecar:
            yield Claim(visible.sidecar.id, visible.admitted[host], host, None, frozenset({host}), name)
        else:
            yield Claim(provider.source.id, provider.path, host, None, frozenset({host}), name)


def _more_hosts(viewer: Viewer, visible: Scope, there: Mapping[str, Ports], missing: list[Claim]) -> Iterator[Claim]:
    """Hosts that should not be there. Where a resource lacks another one, it was only given another name."""
    renamed = {claim.resource for claim in missing}
    for host, ports in there.items():
        if host in visible.hosts or host in visible.open:
            continue
        name = f"cluster outbound|{min(ports)}||{host}"
        known = provided(viewer.mesh).get(host)
        if known and visible.sidecar:
            if visible.sidecar.id not in renamed:
                yield Claim(visible.sidecar.id, _idle(visible), None, host, frozenset({host}), name)
        elif known:
            yield Claim(known[0].source.id, _exported(known[0]), None, host, frozenset({host}), name)
        elif gone := _gone(viewer, host):
            yield Claim(gone, ("metadata", "name"), None, host, frozenset({host}), name)


def _idle(visible: Scope) -> Path:
    """The one egress host that lets nothing in, which then was meant to let in something else; else all of them."""
    if visible.sidecar is None:
        return ()
    used = set(visible.admitted.values())
    idle = [entry.path for entry in admissions(visible.sidecar) if entry.path not in used]
    return idle[0] if len(idle) == 1 else ("spec", "egress")


def _exported(provider: Provided) -> Path:
    if isinstance(provider.source, ServiceEntry):
        return ("spec", "exportTo")
    return ("metadata", "annotations", "networking.istio.io/exportTo")


def _gone(viewer: Viewer, host: str) -> ResourceId | None:
    """The Service that a cluster is for, where the input shows that there is none any more."""
    home = home_of(viewer, host)
    if not home:
        return None
    missing = Missing("host", host, Service.KINDS, home)
    if not viewer.mesh.absence_is_proven(missing) or viewer.mesh.assumed_present(missing):
        return None
    return ResourceId("", "", "Service", home, host.partition(".")[0])


def _ports(provider: Provided, there: Ports) -> Iterator[Claim]:
    field = "number" if isinstance(provider.source, ServiceEntry) else "port"
    wanted = {port.number: (*port.path, field) for port in provider.ports}
    missing = [n for n in wanted if n not in there]
    more = [n for n in there if n not in wanted]
    hosts = frozenset({provider.host})
    for k, number in enumerate(missing):
        instead = more[k] if len(missing) == len(more) else None
        name = f"cluster outbound|{number}||{provider.host}"
        yield Claim(provider.source.id, wanted[number], number, instead, hosts, name)
    if not missing:
        for number in more:
            name = f"cluster outbound|{number}||{provider.host}"
            yield Claim(provider.source.id, ("spec", "ports"), None, number, hosts, name)


def _subsets(viewer: Viewer, provider: Provided, there: Ports) -> Iterator[Claim]:
    rules = viewer.rules(provider.host, provider.source.namespace)
    wanted = {s.name: (rule, (*s.path, "name")) for rule in reversed(rules) for s in rule.subsets if s.name}
    for port in provider.ports:
        if port.number not in there:
            continue
        found = sorted(there[port.number] - {""})
        missing, more = [s for s in wanted if s not in found], [s for s in found if s not in wanted]
        for k, subset in enumerate(missing):
            rule, path = wanted[subset]
            instead = more[k] if len(missing) == len(more) else None
            name = f"cluster outbound|{port.number}|{subset}|{provider.host}"
            yield Claim(rule.id, path, subset, instead, frozenset(), name)
        if more and not missing and (source := _rule_of(viewer, rules, provider)):
            for subset in more:
                name = f"cluster outbound|{port.number}|{subset}|{provider.host}"
                yield Claim(source.id, ("spec", "subsets"), None, subset, frozenset(), name)


def _rule_of(viewer: Viewer, rules: tuple[DestinationRule, ...], provider: Provided) -> DestinationRule | None:
    """The rule that subsets which nobody asks for came from: the one in force, or one for the host that is not."""
    if rules:
        return rules[0]
    return next(
        (
            r
            for r in viewer.mesh.all(DestinationRule)
            if viewer.fqdn(text(r.spec.get("host")), r.namespace) == provider.host
        ),
        None,
    )
