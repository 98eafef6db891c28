"""The proxies of one workload, one after the other: resources against what is sent against what runs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from meshctl.graph.viewpoint.scope import scope
from meshctl.model.difference import Difference, Hop
from meshctl.proxy.drift.desired import Desired
from meshctl.proxy.drift.endpoints import Shards, endpoint_differences
from meshctl.proxy.drift.endpointstates import assignment_of
from meshctl.proxy.drift.gateway import listener_claims
from meshctl.proxy.drift.hostroutes import config_verdict
from meshctl.proxy.drift.judge import judged, lost, source_of, structural, unexplained
from meshctl.proxy.drift.presence import Claim, claims
from meshctl.proxy.drift.routes import virtual_hosts
from meshctl.proxy.drift.sides import CLUSTER, ENDPOINTS, LISTENER, ROUTES, Bodies, Body, Side
from meshctl.proxy.drift.sound import Sound, asked_by
from meshctl.proxy.drift.stale import not_in_force
from meshctl.proxy.drift.wants import Want

_REMEMBERED = 100_000
_FEW = 100
_INBOUND = "inbound|"
Found = tuple[Difference, ...]
Verdicts = dict[Any, Found]
Settled = tuple[Found, frozenset[str], frozenset[str]]
Told = Callable[[str], frozenset[str]]


@dataclass(eq=False)
class Workload:
    """What holds for all proxies of a workload. `sent` is what the control plane would send, None if nobody told.

    `verdicts` remembers what was found out about objects by their bytes, those of this workload and of others that want
    the same: proxies mostly have the same. `own` does so for what depends on the workload. `sound` is what nothing is
    wrong with, for objects that are not the same to the byte.
    """

    desired: Desired
    sent: Side | None
    shards: Shards | None
    verdicts: Verdicts = field(repr=False)
    sound: Sound = field(repr=False)
    own: Verdicts = field(default_factory=dict, repr=False)

    def compare(self, running: Side, told: Told) -> Iterator[Difference]:
        """What drifted on one proxy. `told` is which addresses of a cluster it was told are not healthy."""
        found, hosts, claimed = self._there(running)
        yield from found
        for section, verdicts in ((CLUSTER, self.verdicts), (LISTENER, self.own)):
            yield from self._objects(section, verdicts, running, hosts, claimed)
        yield from self._routes(running, hosts)
        yield from self._endpoints(running, hosts, told)

    def _there(self, running: Side) -> Settled:
        """Clusters and listeners that lack or are too many; the hosts and the objects that this settles."""
        key = (frozenset(running.clusters), frozenset(running.listeners), running.held)
        if key not in self._settled:
            if len(self._settled) >= _FEW:
                self._settled.clear()
            self._settled[key] = self._settle(running)
        return self._settled[key]

    @cached_property
    def _settled(self) -> dict[Any, Settled]:
        return {}

    def _settle(self, running: Side) -> Settled:
        sent = self._sent_claims
        known = {claim.key for claim in sent}
        fresh = [claim for claim in self._claims(running) if claim.key not in known]
        differences = [claim.difference(Hop.CONTROL_PLANE) for claim in sent]
        differences += [claim.difference(Hop.DELIVERY if self.sent else Hop.UNKNOWN) for claim in fresh]
        hosts = frozenset(host for claim in (*sent, *fresh) for host in claim.hosts)
        return tuple(differences), hosts, frozenset(claim.name for claim in (*sent, *fresh))

    @cached_property
    def _sent_claims(self) -> list[Claim]:
        return self._claims(self.sent) if self.sent else []

    @cached_property
    def _seen(self) -> frozenset[str] | None:
        """The hosts of everything that is sent."""
        if self.sent is None:
            return None
        names = (name for body in self.sent.routes.values() for name in virtual_hosts(body.data))
        return frozenset(name.rpartition(":")[0] for name in names)

    @property
    def _sidecar(self) -> bool:
        return self.desired.viewer.is_sidecar

    def _claims(self, side: Side) -> list[Claim]:
        viewer = self.desired.viewer
        found = list(claims(viewer, side.clusters, self.desired.needed)) if CLUSTER in side.held else []
        if not self._sidecar and LISTENER in side.held:
            found += listener_claims(viewer, side.listeners)
        return found

    def _sent(self, section: str) -> Bodies | None:
        return self.sent.of(section) if self.sent and section in self.sent.held else None

    def _objects(
        self, section: str, verdicts: Verdicts, running: Side, hosts: frozenset[str], claimed: frozenset[str]
    ) -> Iterator[Difference]:
        mine, theirs = running.of(section), self._sent(section)
        for name, body in mine.items():
            if claimed and (_host(name) in hosts or f"{section} {name}" in claimed):
                continue
            sent = theirs.get(name) if theirs is not None else None
            if theirs is not None and sent is None:
                yield structural(source_of(body.data), (), None, "there", f"{section} {name}")
                continue
            key = body.digest if sent is None else body.digest + sent.digest
            found = verdicts.get(key)
            if found is None and name.startswith(_INBOUND):
                found = self.own.get(key)
            if found is None and self._is_sound(section, name, sent, body):
                continue
            if found is None:
                remembering = self.own if name.startswith(_INBOUND) else verdicts
                found = _remember(remembering, key, self._object(section, name, sent, body))
                if not found and _is_outbound(section, name):
                    good = (sent or body).data
                    self.sound.note(name, good, asked_by(self.desired.of_cluster(name)))
            yield from found
        if section not in running.held or theirs is None or theirs.keys() <= mine.keys():
            return
        for name, sent in theirs.items():
            if name not in mine and _host(name) not in hosts and f"{section} {name}" not in claimed:
                yield structural(source_of(sent.data), (), "there", None, f"{section} {name}")

    def _is_sound(self, section: str, name: str, sent: Body | None, running: Body) -> bool:
        """Whether an outbound cluster is like one that was found to be as it should, in all that is asked of it."""
        return (
            _is_outbound(section, name)
            and self.sound.like(name, (sent or running).data)
            and (sent is None or sent.data == running.data)
        )

    def _object(self, section: str, name: str, sent: Body | None, running: Body) -> Iterator[Difference]:
        shown, known = f"{section} {name}", sent is not None
        one, other = sent.data if sent else None, running.data
        wants: Sequence[Want] = self.desired.of_listener(name) if section == LISTENER else ()
        if section == CLUSTER:
            wants = self.desired.of_cluster(name)
            if rule := self._not_in_force(name, one, other, known, shown):
                yield rule
                return
        failed = list(judged(wants, one, other, known, shown))
        if len(failed) > 1 and (instead := self._instead(name, one, other, known, shown)):
            yield instead
            return
        yield from (found for found, _ in failed)
        if known:
            yield from unexplained(one, other, [path for _, explained in failed for path in explained], shown)

    def _instead(self, name: str, sent: Any, running: Any, known: bool, shown: str) -> Difference | None:
        """The one field that explains all others: with another value of it, the cluster would be as it should."""
        for cause, wants in self.desired.alternatives.get(name, ()):
            if not any(judged(wants, sent, running, known, shown)):
                hop = Hop.CONTROL_PLANE if known else Hop.UNKNOWN
                there = "another port"
                return lost(cause.resource, cause.path, cause.aspect.field, cause.value, there, hop, shown)
        return None

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
        theirs = self._sent(ROUTES)
        yield from self._unlooked(running, hosts)
        for name, body in running.routes.items():
            sent = theirs.get(name) if theirs is not None else None
            if theirs is not None and sent is None:
                yield structural(None, (), None, "there", f"route {name}")
                continue
            key = (body.digest, sent.digest if sent else b"", hosts)
            found = self.verdicts.get(key)
            if found is None:
                one = sent.data if sent else None
                verdict = config_verdict(self.desired, self.sound, name, one, body.data, hosts, self._seen)
                found = _remember(self.verdicts, key, verdict)
            yield from found
        for name in theirs or ():
            # Routes are asked for by listeners: a proxy has no more than it asked for.
            if name not in running.routes and ROUTES in running.held and self._has_listeners(running):
                yield structural(None, (), "there", None, f"route {name}")

    def _unlooked(self, running: Side, hosts: frozenset[str]) -> Iterator[Difference]:
        """Ports that are to be HTTP without any routes for them."""
        there = self.sent.routes if self.sent and ROUTES in self.sent.held else running.routes
        if not self._sidecar or ROUTES not in running.held or self.desired.http_ports <= there.keys():
            return
        hop = Hop.UNKNOWN if self.sent is None else Hop.CONTROL_PLANE
        for host, provider in scope(self.desired.viewer).hosts.items():
            for port in provider.ports:
                name = str(port.number)
                if port.is_http is True and host not in hosts and name not in there:
                    yield lost(provider.source.id, port.said, "routes", "HTTP", "not HTTP", hop, f"route {name}")

    def _has_listeners(self, running: Side) -> bool:
        return self.sent is not None and self.sent.listeners.keys() <= running.listeners.keys()

    def _endpoints(self, running: Side, hosts: frozenset[str], told: Told) -> Iterator[Difference]:
        if ENDPOINTS not in running.held:
            return
        differing: set[str] = set()
        for name, plan in self.desired.endpoints.items():
            body = running.endpoints.get(name)
            digest = body.digest if body else None
            # One that was found to be as it should, and has no address in doubt, needs no other look.
            if digest in self.verdicts and not self.verdicts[digest]:
                continue
            if (hosts and plan.host in hosts) or not _is_eds(running.clusters.get(name)):
                continue
            sick = told(name) if body and body.mentions(b'"UNHEALTHY"') else None
            states = assignment_of(body) if body and sick is None else None
            if states is not None and self.sound.like_endpoints(name, states):
                continue
            key = (name, digest, plan.base in differing, sick)
            found = self.verdicts.get(key)
            if found is None:
                data = body.data if body else {}
                shown = f"cluster {name}"
                verdict = endpoint_differences(
                    plan, plan.base in differing, data, self.shards, sick or frozenset(), shown
                )
                found = _remember(self.verdicts, key, verdict)
                if body and not found and sick is None:
                    _remember(self.verdicts, digest, ())
                    if states is not None:
                        self.sound.note_endpoints(name, states)
            if found:
                differing.add(name)
            yield from found


def _remember(verdicts: Verdicts, key: Any, found: Iterable[Difference]) -> Found:
    if len(verdicts) >= _REMEMBERED:
        verdicts.clear()
    verdicts[key] = tuple(found)
    return verdicts[key]


def _is_outbound(section: str, name: str) -> bool:
    return section == CLUSTER and not name.startswith(_INBOUND)


def _is_eds(cluster: Body | None) -> bool:
    return cluster is not None and cluster.mentions(b'"EDS"')


def _host(name: str) -> str:
    """The host of an outbound cluster; empty for everything else."""
    parts = name.split("|")
    return parts[3] if len(parts) == 4 and parts[0] == "outbound" else ""
