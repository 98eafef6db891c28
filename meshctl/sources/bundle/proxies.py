"""Answers of proxies and control planes in a bundle or a bug report, one at a time."""

from collections.abc import Iterator
from typing import NamedTuple

from meshctl.sources.bundle.archive import Limits
from meshctl.sources.bundle.contents import opened
from meshctl.sources.bundle.layout import answer_place
from meshctl.sources.bundle.manifest import BrokenManifest, decode
from meshctl.sources.bundle.recognized import MANIFEST


class ProxyFile(NamedTuple):
    """An answer of a proxy, or with `control_plane` of an istiod, whose `pod` it is.

    `name` is that of recordings: `config_dump.json`, `clusters.json` (`.txt` for Envoy's text form), `stats.prom`,
    `syncz.json`. `cluster` is the name of the context, empty where the bundle does not tell.
    """

    cluster: str
    namespace: str
    pod: str
    name: str
    data: bytes
    control_plane: bool = False


class Description(NamedTuple):
    """What a bundle says of itself: when it was made (RFC 3339), and whether it is of several clusters."""

    time: str = ""
    several: bool = False


def description(path: str) -> Description:
    """That of a bundle; an empty one where it has none, as bug reports have. Raises OSError."""
    with opened(path, Limits()) as files:
        # It is the first file of a bundle: nothing else has to be read.
        for _, data in files.members(lambda name: name.rpartition("/")[2] == MANIFEST and name.count("/") < 2):
            try:
                found = decode(data)
            except BrokenManifest:
                continue
            return Description(found.time, len(found.clusters) > 1)
    return Description()


def proxies(path: str, problems: list[str] | None = None, limits: Limits | None = None) -> Iterator[ProxyFile]:
    """The answers in a bundle, in its order; each is in memory only while it is looked at.

    What cannot be read is added to `problems`, a sentence each. Raises OSError for a path that cannot be opened.
    """
    with opened(
        path, limits or Limits(wanted_bytes=64 * 1024 * 1024 * 1024, unpacked_bytes=64 * 1024 * 1024 * 1024)
    ) as files:
        for name, data in files.members(lambda name: answer_place(name) is not None):
            place = answer_place(name)
            if place:
                yield ProxyFile(place.cluster, place.namespace, place.pod, place.answer, data, place.control_plane)
        if problems is not None:
            problems.extend(files.problems)
