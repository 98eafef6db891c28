"""The proxies of one workload, one after the other: resources against what is sent against what runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from meshctl.graph.kinds.networking import DestinationRule
from meshctl.model.difference import Difference, Hop
from meshctl.model.ids import ResourceId
from meshctl.proxy.drift.desired import Desired
from meshctl.proxy.drift.endpoints import Shards, endpoint_differences
from meshctl.proxy.drift.gateway import listener_claims
from meshctl.proxy.drift.hostroutes import config_verdict
from meshctl.proxy.drift.judge import judged, lost, source_of, structural, unexplained
from meshctl.proxy.drift.presence import Claim, claims
from meshctl.proxy.drift.sides import CLUSTER, ENDPOINTS, LISTENER, ROUTES, Body, Side
from meshctl.proxy.drift.stale import gone, not_in_force
from meshctl.proxy.drift.wants import Want

_REMEMBERED = 20_000
Found = tuple[Difference, ...]


@dataclass(eq=False)
class Workload:
    """What holds for all proxies of a workload. `sent` is what the control plane would send, None if nobody told.

    `verdicts` remembers what was found out about objects by their bytes: proxies of a workload mostly have the same.
    """

    desired: Desired
    sent: Side | None
    shards: Shards | None
    verdicts: dict[Any, Found] = field(default_factory=dict, repr=False)

    def compare(self, running: Side) -> Iterator[Difference]:
        """What drifted on one proxy."""
        found, hosts, claimed = self._clusters_there(running)
        yield from found
        for section in (CLUSTER, LISTENER):
            yield from self._objects(section, running, hosts, claimed)
        yield from self._routes(running, hosts)
        yield from self._endpoints(running, hosts)

    def _clusters_there(self, running: Side) -> tuple[list[Difference], frozenset[str], frozenset[str]]:
        """Clusters and listeners that lack or are too many; the hosts and the objects that this settles."""
        key = ("there", tuple(running.clusters), tuple(running.listeners) if not self._sidecar else ())
        settled = self.verdicts.get(key)
        hosts: set[str] = set()
        names: set[str] = set()
        differences: list[Difference] = []
        there = self._claims(running)
        sent = self._claims(self.sent) if self.sent else []
        known = {claim.key for claim in sent}
        for hop, those in ((Hop.CONTROL_PLANE, sent), (Hop.DELIVERY if self.sent else Hop.UNKNOWN, there)):
            for claim in those:
                hosts |= claim.hosts
                names.add(claim.name)
                if hop is Hop.CONTROL_PLANE or claim.key not in known:
                    differences.append(claim.difference(hop))
        del settled
        return differences, frozenset(hosts), frozenset(names)

    @property
    def _sidecar(self) -> bool:
        return self.desired.viewer.is_sidecar

    def _claims(self, side: Side) -> list[Claim]:
        viewer = self.desired.viewer
        found = list(claims(viewer, side.clusters, self.desired.needed)) if CLUSTER in side.held else []
        if not self._sidecar and LISTENER in side.held:
            found += listener_claims(viewer, side.listeners)
        return found

    def _objects(
        self, section: str, running: Side, hosts: frozenset[str], claimed: frozenset[str]
    ) -> Iterator[Difference]:
        mine = running.of(section)
        theirs = self.sent.of(section) if self.sent and section in self.sent.held else None
        for name, body in mine.items():
            if _host(name) in hosts or f"{section} {name}" in claimed:
                continue
            sent = theirs.get(name) if theirs is not None else None
            if theirs is not None and sent is None:
                yield structural(source_of(body.data), (), None, "there", f"{section} {name}")
                continue
            key = (section, body.digest)
            if key not in self.verdicts:
                self._remember(key, tuple(self._object(section, name, sent, body)))
            yield from self.verdicts[key]
        if section not in running.held:
            return
        for name, sent in (theirs or {}).items():
            if name not in mine and _host(name) not in hosts and f"{section} {name}" not in claimed:
                yield structural(source_of(sent.data), (), "there", None, f"{section} {name}")

    def _object(self, section: str, name: str, sent: Body | None, running: Body) -> Iterator[Difference]:
        shown, known = f"{section} {name}", sent is not None
        one, other = sent.data if sent else None, running.data
        wants: Iterable[Want] = self.desired.of_listener(name)
        if section == CLUSTER:
            wants = self.desired.clusters.get(name, ())
            rule = self._not_in_force(name, one, other, known, shown)
            if rule:
                yield rule
                rules = {w.resource for w in wants if w.resource.kind == "DestinationRule"}
                wants = [w for w in wants if w.resource not in rules]
                if known and rule.hop is Hop.CONTROL_PLANE:
                    yield from unexplained(one, other, [], shown)
                return
        covers = []
        for found, explained in judged(wants, one, other, known, shown):
            covers += explained
            yield found
        if known:
            yield from unexplained(one, other, covers, shown)

    def _not_in_force(self, name: str, sent: Any, running: Any, known: bool, shown: str) -> Difference | None:
        """A DestinationRule that a cluster is made from though it should not, or the other way round."""
        sides = [(Hop.CONTROL_PLANE, sent), (Hop.DELIVERY, running)] if known else [(Hop.UNKNOWN, running)]
        for hop, message in sides:
            applied = self.sent if hop is Hop.CONTROL_PLANE else None
            if found := not_in_force(self.desired.viewer, name, source_of(message), applied):
                resource, path, desired, there = found
                return lost(resource, path, "metadata.filter_metadata.istio.config", desired, there, hop, shown)
        return None

    def _routes(self, running: Side, hosts: frozenset[str]) -> Iterator[Difference]:
        theirs = self.sent.routes if self.sent and ROUTES in self.sent.held else None
        for name, body in running.routes.items():
            sent = theirs.get(name) if theirs is not None else None
            if theirs is not None and sent is None:
                yield structural(None, (), None, "there", f"route {name}")
                continue
            key = (ROUTES, body.digest, hosts)
            if key not in self.verdicts:
                one = sent.data if sent else None
                self._remember(key, tuple(config_verdict(self.desired, name, one, body.data, hosts)))
            yield from self.verdicts[key]
        for name in theirs or ():
            # Routes are asked for by listeners: a proxy has no more than it asked for.
            if name not in running.routes and ROUTES in running.held and self._has_listener(running, name):
                yield structural(None, (), "there", None, f"route {name}")

    def _has_listener(self, running: Side, name: str) -> bool:
        sent = self.sent.listeners if self.sent else {}
        return sent.keys() <= running.listeners.keys() and bool(name)

    def _endpoints(self, running: Side, hosts: frozenset[str]) -> Iterator[Difference]:
        if ENDPOINTS not in running.held:
            return
        differing: set[str] = set()
        for name, plan in self.desired.endpoints.items():
            body = running.endpoints.get(name)
            if body is None or plan.host in hosts or not _is_eds(running.clusters.get(name)):
                continue
            base = name.split("|")[1:4:2] and f"outbound|{name.split('|')[1]}||{plan.host}"
            key = (ENDPOINTS, body.digest, base in differing)
            if key not in self.verdicts:
                shown = f"cluster {name}"
                found = tuple(endpoint_differences(plan, base in differing, body.data, self.shards, shown))
                self._remember(key, found)
            if self.verdicts[key]:
                differing.add(name)
            yield from self.verdicts[key]

    def _remember(self, key: Any, found: Found) -> None:
        if len(self.verdicts) >= _REMEMBERED:
            self.verdicts.clear()
        self.verdicts[key] = found


def _is_eds(cluster: Body | None) -> bool:
    return cluster is not None and b'"EDS"' in bytes(cluster.raw)


def _host(name: str) -> str:
    """The host of an outbound cluster; empty for everything else."""
    parts = name.split("|")
    return parts[3] if len(parts) == 4 and parts[0] == "outbound" else ""


