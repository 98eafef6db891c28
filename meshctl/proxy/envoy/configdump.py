"""`/config_dump` of Envoy, and istiod's `/debug/config_dump`, by section."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from meshctl.proxy.envoy.answers import BrokenAnswer, broken
from meshctl.proxy.envoy.casing import snake
from meshctl.proxy.envoy.identity import Identity, identity_of_node

Message = Mapping[str, Any]
"""A protocol buffer as plain data: field names in snake case, defaults missing, 64-bit integers as texts."""


class _Element(msgspec.Struct):
    type: str = msgspec.field(name="@type", default="")


class _Envelope(msgspec.Struct):
    configs: list[msgspec.Raw]


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ELEMENT = msgspec.json.Decoder(_Element)
_BODY = msgspec.json.Decoder()
_TYPE = re.compile(rb'\{\s*"@type"\s*:\s*"([^"\\]*)"')

# `?resource=` answers with the elements of one field: the type of an element, and the field where it belongs.
_ELEMENTS = {
    "ClustersConfigDump.DynamicCluster": ("ClustersConfigDump", "dynamic_active_clusters"),
    "ClustersConfigDump.StaticCluster": ("ClustersConfigDump", "static_clusters"),
    "ListenersConfigDump.DynamicListener": ("ListenersConfigDump", "dynamic_listeners"),
    "ListenersConfigDump.StaticListener": ("ListenersConfigDump", "static_listeners"),
    "RoutesConfigDump.DynamicRouteConfig": ("RoutesConfigDump", "dynamic_route_configs"),
    "RoutesConfigDump.StaticRouteConfig": ("RoutesConfigDump", "static_route_configs"),
    "EndpointsConfigDump.DynamicEndpointConfig": ("EndpointsConfigDump", "dynamic_endpoint_configs"),
    "EndpointsConfigDump.StaticEndpointConfig": ("EndpointsConfigDump", "static_endpoint_configs"),
    "SecretsConfigDump.DynamicSecret": ("SecretsConfigDump", "dynamic_active_secrets"),
    "SecretsConfigDump.StaticSecret": ("SecretsConfigDump", "static_secrets"),
    "EcdsConfigDump.EcdsFilterConfig": ("EcdsConfigDump", "ecds_filters"),
}


@dataclass(frozen=True)
class ConfigDump:
    """One dump. Sections are decoded when asked for, each once, and must not be changed by anyone.

    `parts` are the undecoded sections by the last part of their type, as `ClustersConfigDump`, in order. Of every list
    here an element is the entry of the dump itself, as `{"version_info":..., "cluster": {...}}`.
    """

    parts: Mapping[str, tuple[msgspec.Raw, ...]] = field(repr=False)
    size: int = 0

    @cached_property
    def _sections(self) -> dict[str, Message]:
        return {}

    def section(self, name: str) -> Message:
        """A section as plain data; empty where the dump has none. Raises BrokenAnswer."""
        sections = self._sections
        if name not in sections:
            sections[name] = self._read(name)
        return sections[name]

    def _read(self, name: str) -> Message:
        bodies = [_body(raw) for raw in self.parts.get(name, ())]
        merged: dict[str, Any] = dict(bodies[0]) if bodies else {}
        for body in bodies[1:]:
            for key, value in body.items():
                more = isinstance(value, list) and isinstance(merged.get(key), list)
                merged[key] = merged[key] + value if more else value
        for type_name, (section, key) in _ELEMENTS.items():
            if section == name and type_name in self.parts:
                merged[key] = [*merged.get(key, ()), *map(_body, self.parts[type_name])]
        return merged

    def has(self, name: str) -> bool:
        """Whether the dump has this section, empty or not: one that it lacks was not asked for or not answered."""
        return name in self.parts or any(s == name and t in self.parts for t, (s, _) in _ELEMENTS.items())

    def entries(self, name: str, field_name: str) -> tuple[Message, ...]:
        """The elements of a list of a section; what is no object is left out."""
        found = self.section(name).get(field_name)
        return tuple(e for e in found if isinstance(e, dict)) if isinstance(found, list) else ()

    @property
    def bootstrap(self) -> Message:
        """The configuration that Envoy was started with; empty in istiod's answer."""
        found = self.section("BootstrapConfigDump").get("bootstrap")
        return found if isinstance(found, dict) else {}

    @cached_property
    def identity(self) -> Identity | None:
        """Which proxy this is of, as its bootstrap says; None where that has no node."""
        node = self.bootstrap.get("node")
        return identity_of_node(node) if isinstance(node, dict) else None

    @property
    def clusters(self) -> Iterator[Message]:
        """Bodies of the clusters that serve: those received and those of the bootstrap."""
        yield from _bodies(self.entries("ClustersConfigDump", "dynamic_active_clusters"), "cluster")
        yield from _bodies(self.entries("ClustersConfigDump", "static_clusters"), "cluster")

    @property
    def warming_clusters(self) -> tuple[Message, ...]:
        """Entries of the clusters that were received and do not serve yet."""
        return self.entries("ClustersConfigDump", "dynamic_warming_clusters")

    @property
    def dynamic_listeners(self) -> tuple[Message, ...]:
        """Entries of the received listeners: `name`, and `active_state`, `warming_state`, `draining_state`,
        `error_state` where it is in that state."""
        return self.entries("ListenersConfigDump", "dynamic_listeners")

    @property
    def listeners(self) -> Iterator[Message]:
        """Bodies of the listeners that serve: those received and those of the bootstrap."""
        for entry in self.dynamic_listeners:
            yield from _bodies((_mapping(entry.get("active_state")),), "listener")
        yield from _bodies(self.entries("ListenersConfigDump", "static_listeners"), "listener")

    @property
    def routes(self) -> Iterator[Message]:
        """Bodies of the route configurations: those received and those inside listeners."""
        yield from _bodies(self.entries("RoutesConfigDump", "dynamic_route_configs"), "route_config")
        yield from _bodies(self.entries("RoutesConfigDump", "static_route_configs"), "route_config")

    @property
    def endpoints(self) -> Iterator[Message]:
        """Bodies of the endpoint lists of clusters (`include_eds`): `cluster_name`, `endpoints`."""
        yield from _bodies(self.entries("EndpointsConfigDump", "dynamic_endpoint_configs"), "endpoint_config")
        yield from _bodies(self.entries("EndpointsConfigDump", "static_endpoint_configs"), "endpoint_config")

    @property
    def warming_secrets(self) -> tuple[Message, ...]:
        """Entries of the secrets that something waits for."""
        return self.entries("SecretsConfigDump", "dynamic_warming_secrets")


def config_dump(data: bytes) -> ConfigDump:
    """The dump in these bytes; nothing but its outline is decoded. Raises BrokenAnswer."""
    try:
        envelope = _ENVELOPE.decode(data)
    except msgspec.ValidationError as error:
        raise BrokenAnswer("is no config dump: it has no list `configs`") from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise broken(data, error) from error
    parts: dict[str, list[msgspec.Raw]] = {}
    for raw in envelope.configs:
        parts.setdefault(_type(raw), []).append(raw)
    return ConfigDump({name: tuple(raws) for name, raws in parts.items()}, len(data))


def joined(dumps: list[ConfigDump]) -> ConfigDump:
    """Answers to several `?resource=` as one dump."""
    parts: dict[str, tuple[msgspec.Raw, ...]] = {}
    for dump in dumps:
        for name, raws in dump.parts.items():
            parts[name] = parts.get(name, ()) + raws
    return ConfigDump(parts, sum(dump.size for dump in dumps))


def _type(raw: msgspec.Raw) -> str:
    """`ClustersConfigDump`, or `ClustersConfigDump.DynamicCluster` for an element."""
    if first := _TYPE.match(memoryview(raw)[:200]):
        # Both writers put it first; another may put it anywhere.
        full = first[1].decode(errors="replace")
    else:
        try:
            full = _ELEMENT.decode(raw).type
        except msgspec.DecodeError:
            return ""
    return full.rpartition("/")[2].removeprefix("envoy.admin.").partition(".")[2]


def _body(raw: msgspec.Raw) -> Message:
    try:
        value = _BODY.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise broken(bytes(raw), error) from error
    if not isinstance(value, dict):
        return {}
    found = snake(value) if _is_camel(value) else value
    return found if isinstance(found, dict) else {}


def _is_camel(section: Message) -> bool:
    """Whether field names are istiod's: every section and element has one of these fields unless it is empty."""
    return any(any(c.isupper() for c in key) for key in section) or (
        # A section with none but one-word fields shows its writer one level below.
        not any("_" in key for key in section)
        and any(isinstance(v, dict) and any(c.isupper() for c in k) for v in section.values() if v for k in _keys(v))
    )


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, dict) else ()


def _bodies(entries: tuple[Message, ...], name: str) -> Iterator[Message]:
    for entry in entries:
        body = entry.get(name)
        if isinstance(body, dict):
            yield body


def _mapping(value: object) -> Message:
    return value if isinstance(value, dict) else {}
