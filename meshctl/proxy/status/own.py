"""What a proxy itself says about its configuration: what it refused, waits for, and whether it is connected."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from msgspec import Struct, structs

from meshctl.model.proxystate import Rejection, Sync, TypeState, Waiting
from meshctl.model.result import Unread
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.envoy.configdump import config_dump
from meshctl.proxy.envoy.identity import Identity
from meshctl.proxy.envoy.server import server_info
from meshctl.proxy.envoy.skim import Skimmed, skim
from meshctl.proxy.envoy.stats import Stats, stats
from meshctl.proxy.recorded import ProxyAnswers
from meshctl.proxy.status.rejections import rejections_of
from meshctl.proxy.status.types import time_of

_MANAGERS = (("CDS", "cluster_manager.cds"), ("LDS", "listener_manager.lds"))
# Of these there are counters for each route table, cluster and secret: a prefix, and what stands before the counter.
_MANY = (("RDS", "http.", ".rds."), ("EDS", "cluster.", ""), ("SDS", "sds.", ""), ("ECDS", "extension_config_d", ""))


class OwnWords(Struct, frozen=True):
    """What one proxy says. `connected` is None where it does not record that; `unread` are answers of no use."""

    identity: Identity | None
    connected: bool | None
    server: str
    types: tuple[TypeState, ...]
    rejections: tuple[Rejection, ...]
    waiting: tuple[Waiting, ...]
    unread: tuple[Unread, ...]


def own_words(answers: ProxyAnswers, stale_after: float) -> OwnWords:
    """Everything of use in the answers of one proxy; each is parsed and let go.

    What waits for longer than `stale_after` seconds is overdue.
    """
    unread: list[Unread] = []
    identity: Identity | None = None
    rejected: tuple[Rejection, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    received: dict[str, bool] = {}
    counted = Stats()
    server = ""
    if load := answers.files.get("config_dump"):
        try:
            dump = config_dump(load())
            identity, skimmed = dump.identity, skim(dump)
            rejected, waiting = tuple(rejections_of(skimmed.listeners)), tuple(_waiting(skimmed))
            received = {"CDS": skimmed.has_clusters, "LDS": bool(skimmed.listeners)}
        except BrokenAnswer as error:
            unread.append(_unread(answers, "config dump", error))
    if load := answers.files.get("stats"):
        try:
            counted = stats(load())
        except BrokenAnswer as error:
            unread.append(_unread(answers, "stats", error))
    if load := answers.files.get("server_info"):
        try:
            info = server_info(load())
            identity, server = identity or info.identity, info.state
        except BrokenAnswer as error:
            unread.append(_unread(answers, "server info", error))
    rejected += tuple(_refused_before(counted, {r.type for r in rejected}))
    connected = counted.get("control_plane.connected_state")
    return OwnWords(
        identity=identity,
        connected=None if connected is None else connected > 0,
        server=server,
        types=tuple(_types(received, counted, rejected, answers.clock())),
        rejections=rejected,
        waiting=tuple(_aged(w, answers.clock(), stale_after) for w in waiting or _waiting_by_number(counted)),
        unread=(*unread, *(Unread(answers.label, part) for part in answers.unseen)),
    )


def _unread(answers: ProxyAnswers, what: str, error: BrokenAnswer) -> Unread:
    return Unread(answers.label, f"the {what} {error}")


def _aged(waiting: Waiting, now: datetime | None, stale_after: float) -> Waiting:
    """Without a clock it counts as overdue: what is used at once is seldom seen waiting."""
    since = time_of(waiting.since)
    age = (now - since).total_seconds() if now and since else None
    return structs.replace(waiting, age=age, overdue=age is None or age >= stale_after)


def _waiting(dump: Skimmed) -> Iterator[Waiting]:
    for cluster in dump.warming_clusters:
        yield Waiting("cluster", cluster.cluster.name, cluster.last_updated)
    for listener in dump.listeners:
        if listener.warming_state:
            yield Waiting("listener", listener.name, listener.warming_state.last_updated)
    for secret in dump.warming_secrets:
        yield Waiting("secret", secret.name, secret.last_updated)


def _waiting_by_number(counted: Stats) -> Iterator[Waiting]:
    """Without a dump the names are in the gauges, which Istio leaves out, or not to be had."""
    for name, value in counted.values.items():
        if value and name.startswith("cluster.") and name.endswith(".warming_state"):
            yield Waiting("cluster", name.removeprefix("cluster.").removesuffix(".warming_state").removesuffix(";"))


def _refused_before(counted: Stats, told: set[str]) -> Iterator[Rejection]:
    """Refusals that are only counted: Envoy does not say whether the last of them still stands."""
    for type_name, prefix in _MANAGERS:
        if type_name not in told and (number := counted.get(f"{prefix}.update_rejected")):
            yield Rejection(type_name, "", _times(number), past=True)
    for type_name, prefix, middle in _MANY:
        for name, number in counted.values.items():
            if number and name.startswith(prefix) and name.endswith(".update_rejected") and middle in name:
                resource = name.removesuffix(".update_rejected").removeprefix(prefix)
                resource = resource.rpartition(middle)[2] if middle else resource
                yield Rejection(type_name, resource.removesuffix(";"), _times(number), past=True)


def _times(number: int) -> str:
    return "refused once since it started" if number == 1 else f"refused {number:,} times since it started"


def _types(
    received: Mapping[str, bool], counted: Stats, rejected: tuple[Rejection, ...], now: datetime | None
) -> Iterator[TypeState]:
    """Clusters and listeners: of these Envoy tells whether it has any."""
    for type_name, prefix in _MANAGERS:
        if any(r.type == type_name and not r.past for r in rejected):
            yield TypeState(type_name, Sync.ERROR)
            continue
        taken = counted.get(f"{prefix}.update_success")
        if taken or received.get(type_name):
            time = counted.get(f"{prefix}.update_time")
            since = datetime.fromtimestamp(time / 1000, UTC) if time else None
            # The clock of answers is exact to a second.
            age = max((now - since).total_seconds(), 0.0) if now and since else None
            yield TypeState(type_name, Sync.ACCEPTED, age, since.isoformat() if since else "")
        elif taken == 0:
            yield TypeState(type_name, Sync.NOT_SENT)
