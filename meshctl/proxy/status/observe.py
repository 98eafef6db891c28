"""The states of all proxies: what the control planes say, joined with what the proxies say themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from msgspec import Struct, structs

from meshctl.model.consulproxy import CONSUL_PROXY
from meshctl.model.proxystate import ISTIO_PROXY, Answered, ControlPlaneState, ProxyState, Rejection, Sync, TypeState
from meshctl.model.resource import Resource
from meshctl.model.result import Unread
from meshctl.proxy.consul.seen import consul_seen
from meshctl.proxy.envoy.answers import BrokenAnswer, decode, decode_object
from meshctl.proxy.gather import AT_ONCE, Gathered
from meshctl.proxy.linkerd.answers import METRICS
from meshctl.proxy.linkerd.state import linkerd_state
from meshctl.proxy.recorded import ControlPlaneAnswers, ProxyAnswers
from meshctl.proxy.status.configz import resources_of
from meshctl.proxy.status.own import OwnWords, own_words
from meshctl.proxy.status.rejections import rejections_in
from meshctl.proxy.status.syncz import Connection, SentType, connections
from meshctl.sources.cluster.each import side_by_side

STALE_AFTER = 30.0
"""Seconds after which an answer of a proxy is overdue: an answer on its way is normal, and takes milliseconds."""

_REFUSED = {401: Answered.UNAUTHORIZED, 403: Answered.FORBIDDEN, 404: Answered.NOT_FOUND}
_WHY = {
    Answered.UNAUTHORIZED: "it wants a token that is valid: the debug endpoints are protected; ask through a "
    "port-forward to istiod",
    Answered.FORBIDDEN: "who asks may not read this: only identities of Istio's own namespace may; ask through a "
    "port-forward to istiod",
    Answered.NOT_FOUND: "it has no debug endpoint: is this istiod's port 15014, and is ENABLE_DEBUG_ON_HTTP on?",
}


_Key = tuple[str, str, str]


class Observation(Struct, frozen=True):
    """All that was seen. `resources` are those that the control planes hold, as far as they told."""

    states: tuple[ProxyState, ...]
    control_planes: tuple[ControlPlaneState, ...]
    resources: tuple[Resource, ...]
    unread: tuple[Unread, ...]


class _Served(Struct, frozen=True):
    """A connection with the istiod it is of, and that one's clock."""

    connection: Connection
    control_plane: str
    version: str
    source: str
    now: datetime | None


def observe(gathered: Gathered, *, stale_after: float = STALE_AFTER) -> Observation:
    """Ask and parse everything. One answer that is of no use takes no other down: it is in `unread`."""
    unread = list(gathered.unread)
    control_planes: list[ControlPlaneState] = []
    served: dict[_Key, _Served] = {}
    resources: dict[object, Resource] = {}
    for answers in gathered.control_planes:
        found, those = _ask(answers)
        control_planes.append(found)
        if found.answered is not Answered.YES:
            unread.append(Unread(found.name, found.why))
        for each in those:
            key = (answers.cluster, each.connection.namespace, each.connection.name)
            # A proxy that moved to another istiod is listed by both for a while: the newer one counts.
            if key not in served or _last(each) > _last(served[key]):
                served[key] = each
        for resource in _resources(answers, unread):
            resources.setdefault(resource.id, resource)
    states: dict[_Key, ProxyState] = {}
    others = [proxy for proxy in gathered.proxies if METRICS in proxy.files]
    for state, lost in side_by_side(others, linkerd_state, min(AT_ONCE, len(others))):
        states[state.cluster, state.namespace, state.name] = state
        unread += lost
    envoys = [proxy for proxy in gathered.proxies if METRICS not in proxy.files]
    for proxy, words in _words(envoys, stale_after):
        unread += words.unread
        identity = words.identity
        # The pod that was asked is sure; what a proxy says of itself is for those that no pod is known of.
        name = (identity.namespace, identity.pod) if identity and not proxy.namespace else (proxy.namespace, proxy.name)
        key = (proxy.cluster, *name)
        state = _state(key, proxy, words, served.get(key), stale_after)
        if identity and identity.consul:
            seen, lost = consul_seen(proxy)
            state, unread = replace(state, container=CONSUL_PROXY, consul=seen), [*unread, *lost]
        states[key] = state
    for key, each in served.items():
        if key not in states:
            states[key] = _state(key, None, None, each, stale_after)
    return Observation(
        states=tuple(states[key] for key in sorted(states)),
        control_planes=tuple(sorted(control_planes, key=lambda c: (c.cluster, c.name))),
        resources=tuple(resources.values()),
        unread=tuple(dict.fromkeys(unread)),
    )


def _words(proxies: Sequence[ProxyAnswers], stale_after: float) -> Iterable[tuple[ProxyAnswers, OwnWords]]:
    """Those that run are asked many at once; recorded ones are read one by one, each parsed and let go."""
    if all(proxy.source == "recording" for proxy in proxies):
        return ((proxy, own_words(proxy, stale_after)) for proxy in proxies)
    words = side_by_side(proxies, lambda proxy: own_words(proxy, stale_after), min(AT_ONCE, len(proxies)))
    return list(zip(proxies, words, strict=True))


def _ask(answers: ControlPlaneAnswers) -> tuple[ControlPlaneState, list[_Served]]:
    load = answers.files.get("syncz")
    if load is None:
        return ControlPlaneState(
            answers.cluster, answers.name, Answered.FAILED, "which proxies it serves was not recorded"
        ), []
    try:
        found = connections(load())
    except BrokenAnswer as error:
        answered = _REFUSED.get(error.status, Answered.FAILED)
        why = f"/debug/syncz {error}" + (f": {_WHY[answered]}" if answered in _WHY else "")
        return ControlPlaneState(answers.cluster, answers.name, answered, why), []
    names = {c.control_plane for c in found if c.control_plane}
    name = names.pop() if len(names) == 1 else answers.name
    version = next((c.control_plane_version for c in found if c.control_plane_version), "") or _version(answers)
    now, serves = answers.clock(), frozenset((c.namespace, c.name) for c in found)
    return ControlPlaneState(answers.cluster, name, Answered.YES, "", version, serves), [
        _Served(c, c.control_plane or name, c.control_plane_version or version, answers.source, now) for c in found
    ]


def _version(answers: ControlPlaneAnswers) -> str:
    """`1.29.1` of istiod's own `/version`; empty where it does not tell."""
    if load := answers.files.get("version"):
        try:
            found = decode_object(load())
        except BrokenAnswer:
            return ""
        info = found.get("clientVersion") or found.get("version") or found
        text = info.get("version") if isinstance(info, dict) else info
        return text if isinstance(text, str) else ""
    return ""


def _resources(answers: ControlPlaneAnswers, unread: list[Unread]) -> tuple[Resource, ...]:
    load = answers.files.get("configz")
    if load is None:
        return ()
    try:
        return resources_of(decode(load()), answers.cluster)
    except BrokenAnswer as error:
        # What it holds only helps to name causes; one that told nothing at all is noted once.
        if answers.source == "recording":
            unread.append(Unread(answers.name, f"/debug/configz {error}"))
        return ()


def _last(served: _Served) -> float:
    return max((t.sent.timestamp() for t in served.connection.types if t.sent), default=0.0)


def _state(
    key: _Key,
    proxy: ProxyAnswers | None,
    words: OwnWords | None,
    served: _Served | None,
    stale_after: float,
) -> ProxyState:
    cluster, namespace, name = key
    identity = words.identity if words else None
    connection = served.connection if served else None
    connected = True if served else words.connected if words else None
    types = tuple(_type(t, served, stale_after) for t in connection.types) if served and connection else ()
    rejected = _rejections(connection, words)
    sources = [served.source if served.source != "recording" else f"syncz of {served.control_plane}"] if served else []
    if proxy and words and (words.types or words.identity):
        sources.append(proxy.source if proxy.source != "recording" else f"answers of {proxy.label}")
    return ProxyState(
        cluster=cluster,
        namespace=namespace,
        name=name,
        kind=(connection.kind if connection else "") or (identity.kind if identity else ""),
        version=(connection.version if connection else "") or (identity.version if identity else ""),
        revision=identity.revision if identity else "",
        control_plane=served.control_plane if served else "",
        control_plane_version=served.version if served else "",
        connected=connected,
        server=words.server if words else "",
        types=types or (words.types if words else ()),
        rejections=rejected,
        waiting=words.waiting if words else (),
        labels=identity.labels if identity else {},
        sources=tuple(sources),
        container=(proxy.container if proxy else "") or ISTIO_PROXY,
    )


def _type(sent: SentType, served: _Served, stale_after: float) -> TypeState:
    """Without a clock, what was not answered when the recording was taken is overdue."""
    age = max((served.now - sent.sent).total_seconds(), 0.0) if served.now and sent.sent else None
    overdue = sent.sync is Sync.STALE and (age is None or age >= stale_after)
    return TypeState(sent.type, sent.sync, age, sent.sent.isoformat() if sent.sent else "", overdue)


def _rejections(connection: Connection | None, words: OwnWords | None) -> tuple[Rejection, ...]:
    """What istiod was told, with what the proxy shows of it; what the proxy counted only where istiod is not known."""
    own = words.rejections if words else ()
    told = [r for t in connection.types if t.error for r in rejections_in(t.type, t.error)] if connection else []
    if connection is None:
        return own
    shown: Mapping[tuple[str, str], Rejection] = {(r.type, r.resource): r for r in own if not r.past}
    joined = [structs.replace(r, filters=s.filters) if (s := shown.get((r.type, r.resource))) else r for r in told]
    names = {(r.type, r.resource) for r in told}
    return (*joined, *(r for key, r in shown.items() if key not in names))
