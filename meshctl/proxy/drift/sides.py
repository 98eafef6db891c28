"""The objects of one dump by name, decoded one by one when they are asked for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from meshctl.proxy.envoy.answers import BrokenAnswer, decode_object
from meshctl.proxy.envoy.casing import snake
from meshctl.proxy.envoy.configdump import ConfigDump

CLUSTER = "cluster"
LISTENER = "listener"
ROUTES = "route"
ENDPOINTS = "endpoints"

_REMEMBERED = 200_000


class _Cluster(msgspec.Struct):
    cluster: msgspec.Raw = msgspec.Raw()


class _State(msgspec.Struct):
    listener: msgspec.Raw = msgspec.Raw()


class _Listener(msgspec.Struct):
    active_state: _State | None = None
    activeState: _State | None = None


class _Routes(msgspec.Struct):
    route_config: msgspec.Raw = msgspec.Raw()
    routeConfig: msgspec.Raw = msgspec.Raw()


class _Endpoints(msgspec.Struct):
    endpoint_config: msgspec.Raw = msgspec.Raw()
    endpointConfig: msgspec.Raw = msgspec.Raw()


class _Clusters(msgspec.Struct):
    dynamic_active_clusters: list[_Cluster] = []
    dynamicActiveClusters: list[_Cluster] = []


class _Listeners(msgspec.Struct):
    dynamic_listeners: list[_Listener] = []
    dynamicListeners: list[_Listener] = []


class _RouteConfigs(msgspec.Struct):
    dynamic_route_configs: list[_Routes] = []
    dynamicRouteConfigs: list[_Routes] = []


class _EndpointConfigs(msgspec.Struct):
    dynamic_endpoint_configs: list[_Endpoints] = []
    dynamicEndpointConfigs: list[_Endpoints] = []


class _Named(msgspec.Struct):
    name: str = ""
    cluster_name: str = ""
    clusterName: str = ""


_OBJECT = msgspec.json.Decoder(dict[str, Any])
_NAMED = msgspec.json.Decoder(_Named)
_CLUSTERS = msgspec.json.Decoder(_Clusters)
_LISTENERS = msgspec.json.Decoder(_Listeners)
_ROUTE_CONFIGS = msgspec.json.Decoder(_RouteConfigs)
_ENDPOINT_CONFIGS = msgspec.json.Decoder(_EndpointConfigs)
# Envoy writes the type first and the name next; others may write them anywhere.
_FIRST = re.compile(rb'\{\s*"@type"\s*:\s*"[^"\\]*"\s*,\s*"(?:cluster_)?name"\s*:\s*"([^"\\]*)"')
_ONE_CLUSTER = msgspec.json.Decoder(_Cluster)
_ONE_LISTENER = msgspec.json.Decoder(_Listener)
_ONE_ROUTES = msgspec.json.Decoder(_Routes)
_ONE_ENDPOINTS = msgspec.json.Decoder(_Endpoints)


class Body:
    """One object: `data` is it as Envoy prints it, `digest` tells it from others without decoding it."""

    __slots__ = ("_data", "camel", "digest", "raw")

    def __init__(self, raw: msgspec.Raw, camel: bool, digest: bytes) -> None:
        self.raw, self.camel, self.digest = raw, camel, digest
        self._data: dict[str, Any] | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The object as plain data. Raises BrokenAnswer."""
        if self._data is None:
            found = _decoded(self.raw)
            self._data = snake(found) if self.camel else found
        return self._data

    def mentions(self, text: bytes) -> bool:
        """Whether the bytes of the object have this in them."""
        return text in bytes(self.raw)


def _decoded(raw: msgspec.Raw) -> dict[str, Any]:
    try:
        return _OBJECT.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        # This one says what is wrong.
        return decode_object(bytes(raw))


Bodies = Mapping[str, Body]


@dataclass(frozen=True)
class Side:
    """The objects that one dump holds, by name; static ones, of the bootstrap, are left out.

    `held` are the sections that it has, empty or not; `refuses` says that it may have refused a listener.
    """

    clusters: Bodies
    listeners: Bodies
    routes: Bodies
    endpoints: Bodies
    held: frozenset[str]
    refuses: bool

    def of(self, section: str) -> Bodies:
        """The objects of a section, CLUSTER and so on."""
        return {CLUSTER: self.clusters, LISTENER: self.listeners, ROUTES: self.routes, ENDPOINTS: self.endpoints}[
            section
        ]


class Reader:
    """Makes sides of dumps. Proxies have most objects in common: the name of one that was seen is not read again."""

    def __init__(self) -> None:
        self._names: dict[bytes, str] = {}

    def side(self, dump: ConfigDump) -> Side:
        """The objects of a dump. Raises BrokenAnswer."""
        try:
            return Side(
                clusters=self._named(_clusters(dump)),
                listeners=self._named(_listeners(dump)),
                routes=self._named(_routes(dump)),
                endpoints=self._named(_endpoints(dump)),
                held=frozenset(s for s, (name, _) in _SECTIONS.items() if dump.has(name)),
                refuses=any(b'"error_state"' in bytes(raw) for raws in _parts(dump, LISTENER) for raw in raws),
            )
        except msgspec.DecodeError as error:
            raise BrokenAnswer(f"does not have the shape of a config dump: {str(error)[:120]}") from error

    def _named(self, raws: Iterator[tuple[msgspec.Raw, bool]]) -> dict[str, Body]:
        if len(self._names) > _REMEMBERED:
            self._names.clear()
        found: dict[str, Body] = {}
        names = self._names
        for raw, camel in raws:
            digest = blake2b(raw, digest_size=16).digest()
            name = names.get(digest)
            if name is None:
                name = names[digest] = _name(raw)
            if name and name not in found:
                found[name] = Body(raw, camel, digest)
        return found


def side(dump: ConfigDump) -> Side:
    """The objects of one dump. Raises BrokenAnswer."""
    return Reader().side(dump)


_SECTIONS = {
    CLUSTER: ("ClustersConfigDump", "DynamicCluster"),
    LISTENER: ("ListenersConfigDump", "DynamicListener"),
    ROUTES: ("RoutesConfigDump", "DynamicRouteConfig"),
    ENDPOINTS: ("EndpointsConfigDump", "DynamicEndpointConfig"),
}


def _parts(dump: ConfigDump, section: str) -> tuple[tuple[msgspec.Raw, ...], tuple[msgspec.Raw, ...]]:
    """The section whole, and elements of it that came apart."""
    name, element = _SECTIONS[section]
    return dump.parts.get(name, ()), dump.parts.get(f"{name}.{element}", ())


def _clusters(dump: ConfigDump) -> Iterator[tuple[msgspec.Raw, bool]]:
    whole, apart = _parts(dump, CLUSTER)
    for raw in whole:
        found = _CLUSTERS.decode(raw)
        yield from ((e.cluster, False) for e in found.dynamic_active_clusters)
        yield from ((e.cluster, True) for e in found.dynamicActiveClusters)
    yield from ((_ONE_CLUSTER.decode(raw).cluster, False) for raw in apart)


def _listeners(dump: ConfigDump) -> Iterator[tuple[msgspec.Raw, bool]]:
    whole, apart = _parts(dump, LISTENER)
    entries = [_ONE_LISTENER.decode(raw) for raw in apart]
    for raw in whole:
        found = _LISTENERS.decode(raw)
        entries += [*found.dynamic_listeners, *found.dynamicListeners]
    for entry in entries:
        if entry.active_state:
            yield entry.active_state.listener, False
        elif entry.activeState:
            yield entry.activeState.listener, True


def _routes(dump: ConfigDump) -> Iterator[tuple[msgspec.Raw, bool]]:
    whole, apart = _parts(dump, ROUTES)
    for raw in whole:
        found = _ROUTE_CONFIGS.decode(raw)
        yield from ((e.route_config, False) for e in found.dynamic_route_configs)
        yield from ((e.routeConfig, True) for e in found.dynamicRouteConfigs)
    yield from ((_ONE_ROUTES.decode(raw).route_config, False) for raw in apart)


def _endpoints(dump: ConfigDump) -> Iterator[tuple[msgspec.Raw, bool]]:
    whole, apart = _parts(dump, ENDPOINTS)
    for raw in whole:
        found = _ENDPOINT_CONFIGS.decode(raw)
        yield from ((e.endpoint_config, False) for e in found.dynamic_endpoint_configs)
        yield from ((e.endpointConfig, True) for e in found.dynamicEndpointConfigs)
    yield from ((_ONE_ENDPOINTS.decode(raw).endpoint_config, False) for raw in apart)


def _name(raw: msgspec.Raw) -> str:
    if first := _FIRST.match(memoryview(raw)):
        return first[1].decode(errors="replace")
    if not memoryview(raw).nbytes:
        return ""
    named = _NAMED.decode(raw)
    return named.name or named.cluster_name or named.clusterName
