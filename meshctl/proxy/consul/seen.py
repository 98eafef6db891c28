"""What an Envoy of Consul runs: its certificates, its listeners, and where they lead."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from meshctl.model.consulproxy import Address, ConsulProxy, Target
from meshctl.model.proxymetrics import Identity
from meshctl.model.result import Unread
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.envoy.configdump import ConfigDump, Message, config_dump
from meshctl.proxy.envoy.hosts import ClusterStatus, address_of, cluster_statuses
from meshctl.proxy.envoy.server import Certificate, certificates
from meshctl.proxy.envoy.values import mapping
from meshctl.proxy.recorded import ProxyAnswers
from meshctl.proxy.status.types import time_of

_OWN, _PASSED_ON = (
    ("local_app", "local_agent", "consul-dataplane", "self_admin"),
    ("passthrough~", "original-destination"),
)
_FAILED = "cx_connect_fail"


def consul_seen(answers: ProxyAnswers) -> tuple[ConsulProxy, list[Unread]]:
    """All of it, and which answers were of no use."""
    unread: list[Unread] = []

    def read(name: str, what: str) -> bytes | None:
        load = answers.files.get(name)
        try:
            return load() if load else None
        except BrokenAnswer as error:
            unread.append(Unread(answers.label, f"the {what} {error}"))
            return None

    certs, clusters, whole = read("certs", "certificates"), read("clusters", "clusters"), read("config_dump", "dump")
    found = ConsulProxy()
    try:
        statuses = {s.name: s for s in cluster_statuses(clusters)} if clusters else None
        found = _with_dump(config_dump(whole), statuses) if whole else found
    except BrokenAnswer as error:
        unread.append(Unread(answers.label, f"its configuration {error}"))
    try:
        found = _with_certificates(found, certificates(certs), _now(answers)) if certs else found
    except BrokenAnswer as error:
        unread.append(Unread(answers.label, f"the certificates {error}"))
    return found, unread


def _with_dump(dump: ConfigDump, statuses: Mapping[str, ClusterStatus] | None) -> ConsulProxy:
    serving, waiting = set[Address](), set[Address]()
    for entry in dump.dynamic_listeners:
        for state, into in (("active_state", serving), ("warming_state", waiting)):
            listener = mapping(mapping(entry.get(state)).get("listener"))
            if address := mapping(listener.get("address")):
                into.add(address_of(address))
    # A listener that has been replaced and waits serves in its older form.
    return ConsulProxy(
        listening=frozenset(serving),
        waiting=frozenset(waiting - serving),
        targets=tuple(_targets(dump, statuses)),
    )


def _targets(dump: ConfigDump, statuses: Mapping[str, ClusterStatus] | None) -> Iterator[Target]:
    bodies: dict[str, Message] = {str(body.get("name", "")): body for body in dump.clusters}
    waiting = {str(mapping(entry.get("cluster")).get("name", "")) for entry in dump.warming_clusters}
    named = {name for body in (*dump.listeners, *dump.routes) for name in _clusters_in(body)}
    for name in sorted(named):
        body = bodies.get(name)
        if name in _OWN or name.startswith(_PASSED_ON) or name in waiting:
            continue
        if body is None:
            yield Target(name, present=False)
        elif body.get("type") != "ORIGINAL_DST":
            parts = [statuses[part] for part in _parts(body) or [name] if part in statuses] if statuses else None
            yield Target(name, True) if parts is None else _reached(name, parts)


def _reached(name: str, parts: Iterable[ClusterStatus]) -> Target:
    hosts = [host for part in parts for host in part.hosts]
    healthy = sum(host.health in ("HEALTHY", "UNKNOWN", "DEGRADED") and not host.failing for host in hosts)
    return Target(name, True, len(hosts), healthy, sum(host.stats.get(_FAILED, 0) for host in hosts))


def _clusters_in(body: Any) -> Iterator[str]:
    """The clusters that a listener or a list of routes sends to."""
    if isinstance(body, dict):
        for key, value in body.items():
            if key == "cluster" and isinstance(value, str):
                yield value
            elif key == "weighted_clusters":
                yield from (str(mapping(each).get("name", "")) for each in mapping(value).get("clusters") or ())
            else:
                yield from _clusters_in(value)
    elif isinstance(body, list):
        for each in body:
            yield from _clusters_in(each)


def _parts(body: Message) -> list[str]:
    """The clusters of an aggregate; none for any other."""
    config = mapping(mapping(body.get("cluster_type")).get("typed_config"))
    return [str(name) for name in config.get("clusters") or ()]


def _with_certificates(found: ConsulProxy, loaded: Iterable[Certificate], now: float | None) -> ConsulProxy:
    own: list[Identity] = []
    trusted: list[Identity] = []
    for each in loaded:
        began, ends = time_of(each.valid_from), time_of(each.expires)
        if ends:
            end = ends.timestamp()
            issued = began.timestamp() if began else None
            (trusted if each.authority else own).append(Identity(end, issued, None if now is None else end - now))
    return ConsulProxy(
        certificate=min(own, key=lambda one: one.ends, default=None),
        authority=min(trusted, key=lambda one: one.ends, default=None),
        listening=found.listening,
        waiting=found.waiting,
        targets=found.targets,
    )


def _now(answers: ProxyAnswers) -> float | None:
    """Seconds since 1970 by the clock of who answered, else by ours; None of a recording of which it is not known."""
    time = answers.clock()
    if time is None and answers.source != "recording":
        time = datetime.now(UTC)
    return time.timestamp() if time else None
