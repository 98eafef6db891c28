"""Recorded answers of proxies and control planes: the files behind `--dump`."""

import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from meshctl.model.consulproxy import CONSUL_PROXY
from meshctl.proxy.envoy.answers import LARGEST, BrokenAnswer
from meshctl.proxy.envoy.identity import Identity, identity_of_node, split_proxy_id
from meshctl.sources.bundle.proxies import description
from meshctl.sources.bundle.proxies import proxies as bundled
from meshctl.sources.bundle.recognized import is_bundle

Load = Callable[[], bytes]
"""Reads an answer. Raises BrokenAnswer."""

Clock = Callable[[], datetime | None]


def untold() -> datetime | None:
    """The clock of a recording that does not say when it was taken: the times of files change when they are copied."""
    return None


ENVOY_ANSWERS = (
    "config_dump",
    "clusters",
    "stats",
    "listeners",
    "certs",
    "memory",
    "server_info",
    "init_dump",
    "ready",
)
LINKERD_ANSWERS = ("metrics",)
CONTROL_PLANE_ANSWERS = (
    *("syncz", "adsz", "configz", "registryz", "endpointz", "endpointShardz", "edsz", "mesh", "version"),
)


class _Manifest(msgspec.Struct, rename="camel"):
    captured_at: str


_FLAT = re.compile(rf"(?P<proxy>.+?)\.(?P<answer>{'|'.join(ENVOY_ANSWERS + LINKERD_ANSWERS)})\.(?P<form>json|prom|txt)")
_CONTROL_PLANE = re.compile(r"(?P<name>istiod[^.]*)\.(?P<answer>[A-Za-z_]+(?:\..+)?)\.json")
_ANY = "|".join(ENVOY_ANSWERS + LINKERD_ANSWERS + CONTROL_PLANE_ANSWERS)
_ALONE = re.compile(rf"(?P<answer>{_ANY}|config_dump\..+)\.(?P<form>json|prom|txt)")
_NODE_ID = re.compile(rb'"id"\s*:\s*"[a-z]+~[^"~]*~([^"~]+)~[^"~]*"')
_CONSUL_NODE = re.compile(
    rb'"id"\s*:\s*"(?P<id>[^"~]+)"\s*,\s*"cluster"\s*:\s*"(?P<cluster>[^"]*)"\s*,\s*'
    rb'"metadata"\s*:\s*\{(?P<metadata>[^{}]*)\}'
)
_HEAD = 512 * 1024
_FIELD_OF_ONE_ANSWER = {
    **{b'"configs"': "config_dump", b'"cluster_statuses"': "clusters", b'"listener_statuses"': "listeners"},
    **{b'"stats"': "stats", b'"command_line_options"': "server_info", b'"certificates"': "certs"},
}
_Answers = dict[str, dict[str, Load]]
_WITH_NODE = ("config_dump", "server_info")


@dataclass(frozen=True, slots=True)
class ProxyAnswers:
    """What one proxy answered. `name` and `namespace` are those of its pod, as far as an answer or a folder tells.

    `files` are named `config_dump`, `clusters`, `stats`, `stats.prom`, ...; each is read when it is called. `label` is
    what the files are called by, for notes. `source` says where the answers are from. `unseen` gets a sentence for
    each part that a running proxy could not show, as answers are read; `clock` tells the time of its last answer.
    `container` is the one that the proxy runs in; empty where that is not known.
    """

    cluster: str
    name: str
    namespace: str
    files: Mapping[str, Load] = field(repr=False)
    label: str = ""
    source: str = "recording"
    unseen: list[str] = field(default_factory=list, compare=False, repr=False)
    clock: Clock = field(default=untold, compare=False, repr=False)
    container: str = ""


@dataclass(frozen=True, slots=True)
class ControlPlaneAnswers:
    """What one istiod answered under `/debug/`: `syncz`, `configz`, `config_dump.WORKLOAD`, ...

    `clock` tells the time of its last answer, None where nothing does. `cluster` is the one that it runs in. `ask` is
    there where it runs: it tells what it would send to a proxy, `POD.NAMESPACE`, and raises BrokenAnswer.
    """

    name: str
    files: Mapping[str, Load] = field(repr=False)
    source: str = "recording"
    clock: Clock = field(default=untold, compare=False, repr=False)
    cluster: str = ""
    ask: Callable[[str], bytes] | None = field(default=None, compare=False, repr=False)


class Recording(Struct, frozen=True):
    """All answers under one path."""

    proxies: tuple[ProxyAnswers, ...] = ()
    control_planes: tuple[ControlPlaneAnswers, ...] = ()


class NoRecording(Exception):
    """The path of a recording does not exist, may not be read, or has no answer in it."""


def read_recording(path: str) -> Recording:
    """The answers in a file, a folder or a bundle, by name; of files none is read whole here. Raises NoRecording.

    A folder holds `PROXY.ANSWER.json` and `istiod[-POD].ANSWER.json`, or folders `NAMESPACE/POD/ANSWER.json`.
    """
    root = Path(path)
    if not root.exists():
        raise NoRecording(f"{path} does not exist")
    if not os.access(root, os.R_OK | os.X_OK if root.is_dir() else os.R_OK):
        raise NoRecording(f"{path} cannot be read: permission denied")
    if is_bundle(path):
        return _bundled(path)
    proxies: _Answers = {}
    places: dict[str, tuple[str, str]] = {}
    control_planes: _Answers = {}
    for file in _files(root):
        load = partial(read_file, str(file))
        inside = file.relative_to(root).parts if root.is_dir() else (file.name,)
        if found := _CONTROL_PLANE.fullmatch(file.name):
            control_planes.setdefault("/".join((*inside[:-1], found["name"])), {})[found["answer"]] = load
        elif found := _ALONE.fullmatch(file.name):
            label = "/".join(inside[:-1]) or root.resolve().parent.name
            if found["answer"] in CONTROL_PLANE_ANSWERS or (inside[-2:-1] and inside[-2].startswith("istiod")):
                control_planes.setdefault(label, {})[found["answer"]] = load
            else:
                proxies.setdefault(label, {})[_key(found)] = load
                if len(inside) > 2:
                    places[label] = (inside[-2], inside[-3])
        elif found := _FLAT.fullmatch(file.name):
            proxies.setdefault("/".join((*inside[:-1], found["proxy"])), {})[_key(found)] = load
        elif root.is_file():
            _sniff(file, load, proxies, control_planes)
    taken = _taken(root)
    if not proxies and not control_planes:
        raise NoRecording(f"{path} holds no answer of a proxy or a control plane, such as web.config_dump.json")
    found_proxies = tuple(
        replace(_proxy(label, files, places.get(label)), clock=taken) for label, files in sorted(proxies.items())
    )
    return Recording(
        found_proxies,
        tuple(ControlPlaneAnswers(name, files, clock=taken) for name, files in sorted(control_planes.items())),
    )


def _bundled(path: str) -> Recording:
    """The answers in a bundle or in a bug report; they are held packed, since an archive is read from front to back."""
    proxies: dict[tuple[str, str, str], dict[str, Load]] = {}
    control_planes: dict[tuple[str, str, str], dict[str, Load]] = {}
    try:
        described = description(path)
        problems: list[str] = []
        for file in bundled(path, problems):
            if found := _ALONE.fullmatch(file.name):
                cluster = file.cluster if described.several else ""
                of = control_planes if file.control_plane else proxies
                load = partial(zlib.decompress, zlib.compress(file.data, 1))
                of.setdefault((cluster, file.namespace, file.pod), {})[_key(found)] = load
    except OSError as error:
        raise NoRecording(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    if not proxies and not control_planes:
        raise NoRecording(
            f"{path} holds no answer of a proxy or a control plane: `meshctl capture --proxies` makes one that does"
        )
    clock = _clock(described.time)
    return Recording(
        tuple(
            replace(_proxy(_label(cluster, namespace, pod), files, (pod, namespace)), cluster=cluster, clock=clock)
            for (cluster, namespace, pod), files in sorted(proxies.items())
        ),
        tuple(
            ControlPlaneAnswers(pod, files, clock=clock, cluster=cluster)
            for (cluster, _, pod), files in sorted(control_planes.items())
        ),
    )


def _label(cluster: str, namespace: str, pod: str) -> str:
    return f"{namespace}/{pod}" + (f" of {cluster}" if cluster else "")


def _clock(written: str) -> Clock:
    """The clock of a recording that says when it was taken."""
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        return untold
    return lambda: time if time.tzinfo else None


def read_file(file: str) -> bytes:
    """A file whole. Raises BrokenAnswer where it cannot be read or is too large."""
    try:
        with open(file, "rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            if size > LARGEST:
                raise BrokenAnswer(f"has {size:,} bytes, more than the {LARGEST:,} that are read")
            return opened.read()
    except OSError as error:
        raise BrokenAnswer(f"cannot be read: {error.strerror}") from error


def _taken(root: Path) -> Clock:
    """The time that `manifest.json` of a folder gives as `capturedAt`."""
    try:
        found = msgspec.json.decode((root / "manifest.json").read_bytes(), type=_Manifest).captured_at
    except (OSError, msgspec.DecodeError):
        return untold
    return _clock(found)


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files):
            yield Path(folder, name)


def _key(found: re.Match[str]) -> str:
    """`stats.prom` is another thing than `stats`; text and JSON are told apart when they are parsed."""
    if found["form"] == "prom" or found["answer"] in LINKERD_ANSWERS:
        return f"{found['answer']}.prom"
    return found["answer"]


def _proxy(label: str, files: dict[str, Load], place: tuple[str, str] | None) -> ProxyAnswers:
    heads = [(load, head) for name in _WITH_NODE if (load := files.get(name)) and (head := _head(load))]
    consul = next((found for _, head in heads if (found := _of_consul(head))), None)
    name, namespace = place or ((consul.pod, "") if consul else _named(heads))
    # Metrics under that name are of no Envoy.
    container = "linkerd-proxy" if "metrics.prom" in files else CONSUL_PROXY if consul else ""
    return ProxyAnswers("", name or label, namespace, files, label, container=container)


def _named(heads: Sequence[tuple[Load, bytes]]) -> tuple[str, str]:
    """Pod and namespace of a proxy by its node id, which stands in the first part of two answers, or further on."""
    for load, head in heads:
        try:
            found = _NODE_ID.search(head) or _NODE_ID.search(load())
        except BrokenAnswer:
            continue
        if found:
            return split_proxy_id(found[1].decode(errors="replace"))
    return "", ""


def _head(load: Load) -> bytes:
    """The beginning of a recorded answer, in a file or packed; empty where it cannot be read."""
    if not isinstance(load, partial):
        return b""
    if load.func is zlib.decompress:
        return zlib.decompressobj().decompress(load.args[0], _HEAD)
    try:
        with open(load.args[0], "rb") as opened:
            return opened.read(_HEAD)
    except OSError:
        return b""


def _of_consul(head: bytes) -> Identity | None:
    """The identity in the beginning of an answer, if it is one of Consul's."""
    for found in _CONSUL_NODE.finditer(head):
        metadata = {name: "" for name in ("partition", "namespace") if f'"{name}"'.encode() in found["metadata"]}
        node = {"id": found["id"].decode(), "cluster": found["cluster"].decode(), "metadata": metadata}
        if (identity := identity_of_node(node)) and identity.consul:
            return identity
    return None


def _sniff(file: Path, load: Load, proxies: _Answers, control_planes: _Answers) -> None:
    """A single file may have any name: its shape tells which answer it is."""
    with open(file, "rb") as opened:
        head = opened.read(4096)
    for mark, answer in _FIELD_OF_ONE_ANSWER.items():
        if mark in head:
            proxies.setdefault(file.stem, {})[answer] = load
            return
    if b'"proxy"' in head or b'"genericXdsConfigs"' in head or b'"generic_xds_configs"' in head:
        control_planes.setdefault(file.stem, {})["syncz"] = load
