"""What drifted, on all proxies: each is read, compared and let go before the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from msgspec import Struct

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.viewpoint.viewer import GATEWAY, SIDECAR
from meshctl.model.difference import Difference, Hop, Sort
from meshctl.model.proxystate import ProxyState, Rejection
from meshctl.model.result import Unread
from meshctl.proxy.ahead import fetched_ahead
from meshctl.proxy.drift.certificates import Certificates, certificates, trust_differences
from meshctl.proxy.drift.collect import Collector
from meshctl.proxy.drift.compare import Verdicts, Workload
from meshctl.proxy.drift.desired import Desired, audience, desired
from meshctl.proxy.drift.endpoints import Shards
from meshctl.proxy.drift.explained import explained
from meshctl.proxy.drift.sent import ControlPlanes
from meshctl.proxy.drift.siblings import Siblings, siblings
from meshctl.proxy.drift.sides import Reader, Side, side
from meshctl.proxy.drift.sound import Sound
from meshctl.proxy.drift.viewer import alike, viewer
from meshctl.proxy.drift.withheld import withheld
from meshctl.proxy.drift.ztunnel import known_addresses, unknown_pods
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.envoy.configdump import config_dump
from meshctl.proxy.envoy.hosts import cluster_statuses
from meshctl.proxy.envoy.identity import Identity
from meshctl.proxy.envoy.skim import skim
from meshctl.proxy.gather import Gathered
from meshctl.proxy.recorded import ProxyAnswers
from meshctl.proxy.status.rejections import rejections_of

_KEPT = 32


class Outcome(Struct, frozen=True):
    """What drifted. `checked` is the number of proxies that were compared.

    `without` names those of which it is not known what they are sent, `refused` are those that refuse it.
    """

    differences: tuple[Difference, ...]
    unread: tuple[Unread, ...]
    checked: int
    without: tuple[str, ...]
    refused: tuple[ProxyState, ...]


@dataclass(eq=False)
class _Run:
    mesh: MeshGraph
    planes: ControlPlanes
    collector: Collector = field(default_factory=Collector)
    unread: list[Unread] = field(default_factory=list)
    reader: Reader = field(default_factory=Reader)
    workloads: dict[Any, Workload] = field(default_factory=dict)
    audiences: dict[Any, tuple[Desired, Verdicts, Sound]] = field(default_factory=dict)
    families: dict[Any, Siblings] = field(default_factory=dict)
    family: Siblings | None = None
    held: list[Certificates] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    refused: list[ProxyState] = field(default_factory=list)
    checked: int = 0

    @cached_property
    def shards(self) -> Shards | None:
        """The addresses that istiods know, asked for once."""
        return self.planes.shards()


def drift(
    mesh: MeshGraph,
    gathered: Gathered,
    pods: Sequence[str] = (),
    *,
    namespace: str = "",
) -> Outcome:
    """Compare the proxies, those of `pods` (`NAME[.NAMESPACE]`) alone where some are named.

    Each answer is asked for anew. On a live mesh configuration is always on its way somewhere: only what two of these
    have in common is drift (`meshctl.proxy.drift.samples`).
    """
    chosen = tuple(p for p in gathered.proxies if selected(p, pods, namespace))
    run = _pass(mesh, gathered, chosen)
    return Outcome(
        differences=tuple(withheld(found) for found in run.collector.differences()),
        unread=tuple(dict.fromkeys((*gathered.unread, *run.planes.unread, *run.unread))),
        checked=run.checked,
        without=tuple(sorted(run.without)),
        refused=tuple(run.refused),
    )


def _pass(mesh: MeshGraph, gathered: Gathered, chosen: Sequence[ProxyAnswers]) -> _Run:
    """Look at all of them once."""
    run = _Run(mesh, ControlPlanes(gathered.control_planes, gathered.proxies))
    for proxy, answer in _dumps(chosen):
        _check(run, proxy, answer)
    for family in run.families.values():
        for found, name in family.differences():
            run.collector.add(found, name)
    for found, name in trust_differences(run.held):
        run.collector.add(found, name)
    return run


def _dumps(proxies: Sequence[ProxyAnswers]) -> Iterator[tuple[ProxyAnswers, bytes | BrokenAnswer]]:
    """The dump of each; running proxies are asked side by side, but not far ahead of who looks at the answers."""
    for proxy in fetched_ahead(proxies, ("config_dump", "certs")):
        yield proxy, _load(proxy)


def _load(proxy: ProxyAnswers) -> bytes | BrokenAnswer:
    load = proxy.files.get("config_dump")
    if load is None:
        return BrokenAnswer("was not recorded")
    try:
        return load()
    except BrokenAnswer as error:
        return error


def selected(proxy: ProxyAnswers, pods: Sequence[str], namespace: str = "") -> bool:
    """Whether a proxy is one of those that were named; every one is where none was."""
    if namespace and proxy.namespace != namespace:
        return False
    return not pods or any(name in (proxy.name, f"{proxy.name}.{proxy.namespace}", proxy.label) for name in pods)


def _check(run: _Run, proxy: ProxyAnswers, answer: bytes | BrokenAnswer) -> None:
    try:
        if isinstance(answer, BrokenAnswer):
            raise answer
        dump = config_dump(answer)
        identity = dump.identity
        if identity is None:
            run.unread.append(Unread(proxy.label, "the config dump does not say which proxy it is of"))
            return
        if identity.kind not in (SIDECAR, GATEWAY):
            return
        name = f"{identity.pod}.{identity.namespace}"
        workload = _workload(run, identity, proxy.label)
        running = run.reader.side(dump)
        found = list(workload.compare(running, _Told(proxy)))
    except BrokenAnswer as error:
        if isinstance(answer, BrokenAnswer) or not _check_ztunnel(run, proxy, answer):
            run.unread.append(Unread(proxy.label, f"the config dump {error}"))
        return
    run.unread += (Unread(proxy.label, part) for part in proxy.unseen)
    run.checked += 1
    if workload.sent is None:
        run.without.append(name)
    refused = tuple(rejections_of(skim(dump).listeners)) if running.refuses else ()
    if refused:
        run.refused.append(
            ProxyState("", identity.namespace, identity.pod, identity.kind, rejections=refused, labels=identity.labels)
        )
    for each in (*_rejected(refused), *(d for d in found if not refused or not _excused(d))):
        run.collector.add(explained(each, workload.desired.viewer), name)
    if workload.sent is None and not refused:
        _family(run, identity, proxy, name, running, {o.partition("/")[0] for d in found for o in d.objects})
    _certificates(run, proxy, name)


def _check_ztunnel(run: _Run, proxy: ProxyAnswers, answer: bytes) -> bool:
    """Compare a proxy that is no Envoy, if this is one."""
    known = known_addresses(answer)
    if known is None:
        return False
    run.checked += 1
    name = f"{proxy.name}.{proxy.namespace}" if proxy.name and proxy.namespace else proxy.label
    for found in unknown_pods(run.mesh, known):
        run.collector.add(found, name)
    return True


class _Told:
    """Which addresses of a cluster a proxy was told are not healthy; its `/clusters` is read when somebody asks."""

    def __init__(self, proxy: ProxyAnswers) -> None:
        self._proxy = proxy
        self._found: dict[str, frozenset[str]] | None = None

    def __call__(self, cluster: str) -> frozenset[str]:
        if self._found is None:
            self._found = {}
            if load := self._proxy.files.get("clusters"):
                try:
                    statuses = cluster_statuses(load())
                except BrokenAnswer:
                    statuses = ()
                for each in statuses:
                    sick = (f"{h.address}:{h.port}" for h in each.hosts if h.health == "UNHEALTHY")
                    self._found[each.name] = frozenset(sick)
        return self._found.get(cluster, frozenset())


def _workload(run: _Run, identity: Identity, label: str) -> Workload:
    key = alike(identity)
    found = run.workloads.pop(key, None) or _made(run, identity, label)
    run.workloads[key] = found
    _forget_oldest(run.workloads)
    return found


def _made(run: _Run, identity: Identity, label: str) -> Workload:
    mine = viewer(run.mesh, identity)
    heard = audience(mine)
    like, verdicts, sound = run.audiences.pop(heard, (None, {}, Sound()))
    if like is not None:
        mine = replace(mine, cache=like.viewer.cache)
    wanted = desired(mine, like)
    run.audiences[heard] = (wanted, verdicts, sound)
    _forget_oldest(run.audiences)
    return Workload(wanted, run.planes.sent(identity, label), run.shards, verdicts, sound)


def _forget_oldest(kept: dict[Any, Any]) -> None:
    """What is wanted of and sent to a workload is large: pods of one workload mostly come one after the other."""
    if len(kept) > _KEPT:
        del kept[next(iter(kept))]


def _family(run: _Run, identity: Identity, proxy: ProxyAnswers, name: str, running: Side, settled: set[str]) -> None:
    key = (alike(identity), identity.version)
    family = run.families.get(key)
    if run.family is not None and run.family is not family:
        run.family.forget()
    run.family = family
    if family is not None:
        family.add(name, running, settled)
    else:
        run.families[key] = siblings(name, running, lambda: side(config_dump(proxy.files["config_dump"]())), settled)


def _rejected(refused: Sequence[Rejection]) -> Iterator[Difference]:
    """One difference for each reason that the proxy gives, whatever the names of the listeners."""
    by_reason: dict[str, list[str]] = {}
    for each in refused:
        reason = each.reason
        by_reason.setdefault(reason, []).append(f"listener {each.resource}")
    for reason, objects in by_reason.items():
        yield Difference(
            sort=Sort.REJECTION,
            hop=Hop.DELIVERY,
            resource=None,
            path=(),
            field="error_state",
            desired=None,
            sent=None,
            running=reason,
            reason=f"The proxy refuses what it is sent and keeps what it had: {reason}",
            fix="Correct what makes the refused listener, mostly an EnvoyFilter; `meshctl proxy-status` names it",
            objects=tuple(sorted(objects)),
        )


def _excused(found: Difference) -> bool:
    """Whether a refusal is the cause: nothing that was sent since then is in force."""
    return found.hop in (Hop.DELIVERY, Hop.UNKNOWN) and found.sort is Sort.FIELD


def _certificates(run: _Run, proxy: ProxyAnswers, name: str) -> None:
    load = proxy.files.get("certs")
    if load is None:
        return
    try:
        held = certificates(load(), name, proxy.clock())
    except BrokenAnswer as error:
        run.unread.append(Unread(proxy.label, f"the certificates {error}"))
        return
    run.held.append(held)
    for found in held.problems:
        run.collector.add(found, name)
