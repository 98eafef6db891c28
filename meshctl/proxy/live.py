"""Answers of a running proxy or control plane, asked for through a transport when somebody wants them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import msgspec

from meshctl.model.consulproxy import CONSUL_PROXY
from meshctl.proxy.envoy.answers import BrokenAnswer, broken, decode_object
from meshctl.proxy.envoy.server import server_info
from meshctl.proxy.recorded import ControlPlaneAnswers, Load, ProxyAnswers
from meshctl.proxy.transports.transport import Answer, Transport, Unreachable

_PATHS = {
    "clusters": "/clusters?format=json",
    "stats": "/stats?format=json&histogram_buckets=detailed",
    "stats.prom": "/stats/prometheus",
    "listeners": "/listeners?format=json",
    "certs": "/certs",
    "memory": "/memory",
    "server_info": "/server_info",
    "init_dump": "/init_dump",
}
_DEBUG_PATHS = {name: f"/debug/{name}" for name in ("syncz", "adsz", "configz", "registryz", "endpointz", "mesh")}
_DEBUG_PATHS["version"] = "/version"

# What makes up a dump, each asked for alone where the whole one fails: one extension that an Envoy cannot print must
# not hide the rest.
_PARTS = {
    "ClustersConfigDump": ("dynamic_active_clusters", "dynamic_warming_clusters", "static_clusters"),
    "ListenersConfigDump": ("dynamic_listeners", "static_listeners"),
    "RoutesConfigDump": ("dynamic_route_configs", "static_route_configs"),
    "EndpointsConfigDump": ("dynamic_endpoint_configs", "static_endpoint_configs"),
    "SecretsConfigDump": ("dynamic_active_secrets", "dynamic_warming_secrets"),
    "EcdsConfigDump": ("ecds_filters",),
}


class Asked:
    """The GETs over one transport, and the time of the last answer by the other side's clock."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._date: datetime | None = None

    def answer(self, path: str) -> Answer:
        """As the transport does."""
        found = self._transport.get(path)
        self._date = found.date or self._date
        return found

    def data(self, path: str) -> bytes:
        """The body of an answer that succeeded. Raises BrokenAnswer."""
        return self.answer(path).data()

    def clock(self) -> datetime | None:
        """The time of the last answer; None before the first, or where nothing tells."""
        return self._date


class First:
    """An answer that is there already for whoever asks first, and is asked for anew from then on."""

    def __init__(self, load: Load, found: bytes | None = None) -> None:
        """`found` is what is there; without it, it is loaded here. Raises BrokenAnswer where there is none."""
        self._load = load
        self._found: bytes | None = load() if found is None else found

    def __call__(self) -> bytes:
        """As the load does."""
        found, self._found = self._found, None
        return self._load() if found is None else found


def proxy_answers(transport: Transport, otherwise: Callable[[], ProxyAnswers | None] | None = None) -> ProxyAnswers:
    """The answers of the Envoy behind a transport, named as it names itself. Raises Unreachable where none comes.

    `otherwise` is asked for what is no Envoy, to tell what it is.
    """
    asked = Asked(transport)
    unseen: list[str] = []
    name, namespace, container = "", "", ""
    try:
        found = server_info(asked.data("/server_info")).identity
        if found:
            name, namespace = found.pod, found.namespace
            container = CONSUL_PROXY if found.consul else ""
    except Unreachable:
        raise
    except BrokenAnswer as error:
        if error.status == 404 and otherwise and (other := otherwise()):
            return other
        unseen.append(f"/server_info {error}")
    files: dict[str, Load] = {answer: partial(asked.data, path) for answer, path in _PATHS.items()}
    files["config_dump"] = partial(_config_dump, asked, unseen)
    return ProxyAnswers(
        *("", name or transport.name, namespace, files, transport.name, transport.name),
        unseen,
        asked.clock,
        container,
    )


def control_plane_answers(transport: Transport, name: str = "") -> ControlPlaneAnswers:
    """The answers of the istiod behind a transport; nothing is asked here."""
    asked = Asked(transport)
    files: Mapping[str, Load] = {answer: partial(asked.data, path) for answer, path in _DEBUG_PATHS.items()}
    return ControlPlaneAnswers(
        name or transport.name,
        files,
        transport.name,
        asked.clock,
        ask=lambda proxy: asked.data(f"/debug/config_dump?proxyID={proxy}"),
    )


def _config_dump(asked: Asked, unseen: list[str]) -> bytes:
    """The whole dump; where that fails, its parts put together. Raises BrokenAnswer where no part comes."""
    try:
        data = asked.data("/config_dump?include_eds")
        msgspec.json.decode(data, type=msgspec.Raw)
        return data
    except Unreachable:
        raise
    except BrokenAnswer as error:
        unseen.append(f"/config_dump {error}: its parts were read one by one")
    except msgspec.DecodeError as error:
        unseen.append(f"/config_dump {broken(data, error)}: its parts were read one by one")
    sections: list[msgspec.Raw | dict[str, object]] = []
    failed: BrokenAnswer | None = None
    try:
        sections += _part(asked, "mask=bootstrap")
    except BrokenAnswer as error:
        failed = error
        unseen.append(f"bootstrap in /config_dump {error}")
    for section, parts in _PARTS.items():
        for part in parts:
            try:
                elements = _part(asked, f"resource={part}")
            except BrokenAnswer as error:
                failed = error
                unseen.append(f"{part} in /config_dump {error}")
            else:
                # An element does not tell which list of its section it is from: warming clusters look like others.
                sections.append({"@type": f"type.googleapis.com/envoy.admin.v3.{section}", part: elements})
    if failed and not any(isinstance(each, msgspec.Raw) or any(list(each.values())[1:]) for each in sections):
        raise failed
    return msgspec.json.encode({"configs": sections})


def _part(asked: Asked, query: str) -> list[msgspec.Raw]:
    """The elements of one answer. Raises BrokenAnswer."""
    answer = asked.answer(f"/config_dump?{query}")
    if answer.status == 404:
        # So says Envoy of a section that it has nothing in.
        return []
    decode_object(answer.data())
    try:
        return msgspec.json.decode(answer.body, type=_Configs).configs
    except msgspec.DecodeError as error:
        raise BrokenAnswer("is no config dump") from error


class _Configs(msgspec.Struct):
    # A field that has no elements is not there: so JSON of protocol buffers is.
    configs: list[msgspec.Raw] = []
