"""Which proxies an istiod serves, and what they answered: `/debug/syncz` and the `istio.io/debug` answer over XDS."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from meshctl.model.proxystate import Sync
from meshctl.proxy.envoy.answers import BrokenAnswer, broken, decode
from meshctl.proxy.envoy.casing import snake
from meshctl.proxy.envoy.identity import split_node_id, split_proxy_id
from meshctl.proxy.envoy.values import mapping, objects, text
from meshctl.proxy.status.types import place, short_type, time_of

_LEGACY = {"cluster": "CDS", "listener": "LDS", "route": "RDS", "endpoint": "EDS", "extensionconfig": "ECDS"}
_CONFIG_STATUS = {"SYNCED": Sync.SYNCED, "STALE": Sync.STALE, "NOT_SENT": Sync.NOT_SENT, "ERROR": Sync.ERROR}
_CONFIGS = {"cluster": "CDS", "listener": "LDS", "route": "RDS", "endpoint": "EDS", "scoped_route": "SRDS"}


class SentType(Struct, frozen=True):
    """One type of one proxy: when something was last sent, and the error that the proxy answered with."""

    type: str
    sync: Sync
    sent: datetime | None = None
    error: str = ""


class Connection(Struct, frozen=True):
    """One proxy of one istiod. `control_plane` and its version are there where the answer itself tells them."""

    name: str
    namespace: str
    kind: str = ""
    version: str = ""
    types: tuple[SentType, ...] = ()
    control_plane: str = ""
    control_plane_version: str = ""


def connections(data: bytes) -> tuple[Connection, ...]:
    """The proxies in an answer of either shape, also of several answers one after another. Raises BrokenAnswer."""
    found = []
    for value in _documents(data):
        if isinstance(value, list):
            found += [c for entry in value if isinstance(entry, dict) and (c := _plain(entry))]
        elif isinstance(value, dict) and isinstance(value.get("resources"), list):
            found += _discovery(snake(value))
        elif (
            isinstance(value, dict) and value and all(isinstance(v, dict) and "resources" in v for v in value.values())
        ):
            # `--all` of istioctl: answers by the istiod that gave them.
            found += [c for answer in value.values() for c in _discovery(snake(answer))]
        elif value is not None and value != {}:
            raise BrokenAnswer("is JSON, but no list of the proxies of an istiod")
    return tuple(found)


def _documents(data: bytes) -> Iterator[Any]:
    try:
        yield decode(data)
        return
    except BrokenAnswer as error:
        first = error
    decoder, written = json.JSONDecoder(), data.decode(errors="replace").strip()
    position, values = 0, []
    while position < len(written):
        try:
            value, position = decoder.raw_decode(written, position)
        except (ValueError, RecursionError):
            raise first from None
        values.append(value)
        while position < len(written) and written[position].isspace():
            position += 1
    if not values:
        raise broken(data, first)
    yield from values


def _plain(entry: Mapping[str, Any]) -> Connection | None:
    """`{proxy: "pod.namespace", resources: {URL: {sent, acked, sentTime, lastError}}}`, or the ten older fields."""
    name, namespace = split_proxy_id(text(entry.get("proxy")))
    if not name:
        return None
    resources = entry.get("resources")
    if isinstance(resources, dict):
        found = {short_type(url): _sent(short_type(url), r) for url, r in resources.items() if isinstance(r, dict)}
        types = list(found.values())
    else:
        types = [
            _by_nonces(short, text(entry.get(f"{long}_sent")), text(entry.get(f"{long}_acked")))
            for long, short in _LEGACY.items()
            # The older form does not tell a type that nobody asked for from one that was not sent.
            if f"{long}_sent" in entry or short in ("CDS", "LDS")
        ]
    return Connection(
        name=name,
        namespace=namespace,
        kind=text(entry.get("proxy_type")),
        version=text(entry.get("istio_version")) or text(entry.get("proxy_version")),
        types=tuple(sorted(types, key=lambda t: place(t.type))),
    )


def _sent(type_name: str, fields: Mapping[str, Any]) -> SentType:
    error, sent = text(fields.get("lastError")), time_of(fields.get("sentTime"))
    if error:
        return SentType(type_name, Sync.ERROR, sent, error)
    found = _by_nonces(type_name, text(fields.get("sent")), text(fields.get("acked")))
    return SentType(type_name, found.sync, sent)


def _by_nonces(type_name: str, sent: str, acked: str) -> SentType:
    if not sent:
        return SentType(type_name, Sync.NOT_SENT)
    # `2026-11-21T03:06:47Z/9...`: the older form has no time but that of the version in the nonce.
    return SentType(type_name, Sync.SYNCED if sent == acked else Sync.STALE, time_of(sent.partition("/")[0]))


def _discovery(answer: Mapping[str, Any]) -> Iterator[Connection]:
    """Envoy's ClientConfig, one a proxy: `{resources: [{node, generic_xds_configs}], control_plane: {identifier}}`."""
    control_plane, version = _identifier(answer.get("control_plane"))
    for client in objects(answer.get("resources")):
        node = mapping(client.get("node"))
        metadata = mapping(node.get("metadata"))
        kind, _, name, namespace = split_node_id(text(node.get("id")))
        if not name:
            name, namespace = split_proxy_id(text(node.get("id")))
        if not name:
            continue
        yield Connection(
            name=name,
            namespace=namespace or text(metadata.get("NAMESPACE")) or text(metadata.get("namespace")),
            kind=kind,
            version=text(metadata.get("ISTIO_VERSION")),
            types=tuple(sorted(_client_types(client), key=lambda t: place(t.type))),
            control_plane=control_plane,
            control_plane_version=version,
        )


def _client_types(client: Mapping[str, Any]) -> Iterator[SentType]:
    for config in objects(client.get("generic_xds_configs")):
        details = text(mapping(config.get("error_state")).get("details"))
        sync = Sync.ERROR if details else _CONFIG_STATUS.get(text(config.get("config_status")))
        if sync:
            yield SentType(short_type(text(config.get("type_url"))), sync, time_of(config.get("last_updated")), details)
    for config in objects(client.get("xds_config")):
        for one in objects(config.get("per_xds_config")):
            sync = _CONFIG_STATUS.get(text(one.get("status")))
            for name, short in _CONFIGS.items():
                if sync and f"{name}_config" in one:
                    yield SentType(short, sync)


def _identifier(control_plane: object) -> tuple[str, str]:
    """istiod's name and version in the JSON text that it calls its identifier."""
    said = text(mapping(control_plane).get("identifier"))
    try:
        found = mapping(json.loads(said))
    except ValueError:
        return said, ""
    return text(found.get("ID")), text(mapping(found.get("Info")).get("version"))
