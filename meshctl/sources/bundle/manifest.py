"""The manifest of a bundle: when and from where it is, and how much of each cluster was read."""

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from meshctl.model.ids import KindKey
from meshctl.model.result import Unread
from meshctl.sources.snapshot import Coverage

MADE_BY = "meshctl capture"
FORMAT = 1


class BrokenManifest(Exception):
    """A manifest that cannot be used; the text is a whole sentence."""


class CapturedCluster(Struct, frozen=True):
    """One cluster of a bundle: the name of its context, and how much of it was read."""

    name: str
    coverage: Coverage = Coverage(inferred=False)


class Manifest(Struct, frozen=True):
    """What a bundle says of itself. `time` is in RFC 3339, `unread` what else could not be read (proxies, say)."""

    time: str
    version: str
    clusters: tuple[CapturedCluster, ...]
    unread: tuple[Unread, ...] = ()


def encode(manifest: Manifest) -> bytes:
    """The manifest as it stands in a bundle."""
    written = {
        "madeBy": MADE_BY,
        "format": FORMAT,
        "version": manifest.version,
        "time": manifest.time,
        "clusters": [_cluster_written(cluster) for cluster in manifest.clusters],
        "unread": [{"what": each.what, "why": each.why} for each in manifest.unread],
    }
    return (json.dumps(written, indent=1) + "\n").encode()


def is_manifest(data: bytes) -> bool:
    """Whether a file that is named as one is a manifest of a bundle."""
    return MADE_BY.encode() in data[:200]


def decode(data: bytes) -> Manifest:
    """The manifest that `encode` wrote. Raises BrokenManifest."""
    try:
        written = json.loads(data)
        if written["format"] != FORMAT:
            raise BrokenManifest(
                f"The bundle has format {written['format']!r:.20}, this meshctl reads {FORMAT}: use a newer meshctl."
            )
        return Manifest(
            _text(written["time"]),
            _text(written["version"]),
            tuple(_cluster_read(each) for each in written["clusters"]),
            tuple(Unread(_text(each["what"]), _text(each["why"])) for each in written["unread"]),
        )
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise BrokenManifest("The manifest of the bundle is damaged.") from None


def _cluster_written(cluster: CapturedCluster) -> dict[str, Any]:
    coverage = cluster.coverage
    return {
        "name": cluster.name,
        "serverVersion": coverage.version,
        "whole": None if coverage.whole is None else _kinds_written(coverage.whole),
        "within": {name: _kinds_written(kinds) for name, kinds in sorted(coverage.within.items())},
        "unread": [
            {"kind": kind.kind, "group": kind.group, "why": why} for kind, why in sorted(coverage.unread.items())
        ],
        "inferred": coverage.inferred,
    }


def _cluster_read(written: Mapping[str, Any]) -> CapturedCluster:
    whole = written["whole"]
    coverage = Coverage(
        whole=None if whole is None else _kinds_read(whole),
        within={_text(name): _kinds_read(kinds) for name, kinds in written["within"].items()},
        unread={_kind(each): _text(each["why"]) for each in written["unread"]},
        inferred=written["inferred"] is True,
        version=_text(written["serverVersion"]),
    )
    return CapturedCluster(_text(written["name"]), coverage)


def _kinds_written(kinds: frozenset[KindKey]) -> list[dict[str, str]]:
    return [{"kind": kind.kind, "group": kind.group} for kind in sorted(kinds)]


def _kinds_read(written: Any) -> frozenset[KindKey]:
    return frozenset(_kind(each) for each in written)


def _kind(written: Mapping[str, Any]) -> KindKey:
    return KindKey(_text(written["group"]), _text(written["kind"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
