"""A path to a bundle: its texts to parse, and what it says of how much was read."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct, structs

from meshctl.model.result import Unread
from meshctl.sources.bundle.archive import Archive, Limits
from meshctl.sources.bundle.evidence import must_gather_coverage
from meshctl.sources.bundle.folder import Folder
from meshctl.sources.bundle.layout import (
    Layout,
    layout_of,
    may_hold_resources,
    resource_files,
    unfolded,
)
from meshctl.sources.bundle.manifest import BrokenManifest, CapturedCluster, decode, is_manifest
from meshctl.sources.bundle.recognized import MANIFEST, RESOURCES
from meshctl.sources.errors import Unparsed
from meshctl.sources.parsing import to_utf8
from meshctl.sources.positions import SourceText
from meshctl.sources.snapshot import Coverage


class Contents(Struct, frozen=True):
    """What is in one bundle.

    `sources` are texts with the name of the cluster they are of, empty where the bundle does not tell. `clusters` are
    those of a bundle with a manifest, `coverage` is that of the only cluster of any other. `problems` are (place,
    sentence) for what is not read, `notes` are sentences about what need not be.
    """

    layout: Layout
    sources: tuple[tuple[SourceText, str], ...]
    clusters: tuple[CapturedCluster, ...] = ()
    coverage: Coverage | None = None
    unread: tuple[Unread, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@contextmanager
def opened(path: str, limits: Limits | None = None) -> Iterator[Archive | Folder]:
    """The files of a bundle. Raises OSError."""
    if os.path.isdir(path):
        yield Folder(path, limits)
        return
    with open(path, "rb") as file:
        yield Archive(file, limits)


def read_contents(path: str, limits: Limits | None = None) -> Contents:
    """Read a bundle. Raises nothing: what cannot be read is in the problems."""
    try:
        with opened(path, limits) as files:
            found = list(files.members(may_hold_resources))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Contents(Layout.FILES, (), problems=((path, f"The file cannot be read: {reason}."),))
    # Of two files of one name the later is what unpacking would leave.
    data = dict(found)
    problems = [(path, sentence) for sentence in files.problems]
    manifest = next((data[name] for name in data if _is_manifest(name, data[name])), None)
    layout = layout_of(files.names, has_manifest=manifest is not None)
    holds = resource_files(layout, files.names)
    sources = []
    for name in sorted(filter(holds, data)):
        place = os.path.join(path, name) if isinstance(files, Folder) else f"{path}!{name}"
        try:
            text = to_utf8(data[name])
        except Unparsed as error:
            problems.append((place, f"{error.message}."))
            continue
        if layout is not Layout.BUG_REPORT or _is_list(text):
            sources.append((SourceText(place, text), _cluster(name) if layout is Layout.BUNDLE else ""))
    contents = Contents(layout, tuple(sources), problems=tuple(problems), notes=tuple(_notes(path, files.nested)))
    if manifest is not None:
        return _described(path, contents, manifest)
    if layout is Layout.MUST_GATHER:
        return structs.replace(contents, coverage=must_gather_coverage(source for source, _ in sources))
    return contents


def _described(path: str, contents: Contents, manifest: bytes) -> Contents:
    """The contents with what the manifest says. What was not read whole is no proof of anything."""
    try:
        described = decode(manifest)
    except BrokenManifest as error:
        return structs.replace(contents, problems=(*contents.problems, (f"{path}!{MANIFEST}", str(error))))
    clusters = described.clusters
    if contents.problems:
        clusters = tuple(structs.replace(c, coverage=_nothing_sure(c.coverage)) for c in clusters)
    return structs.replace(contents, clusters=clusters, unread=described.unread)


def merged(coverages: Iterable[Coverage]) -> Coverage:
    """What several bundles of one cluster hold together."""
    first, *others = coverages
    for other in others:
        whole = None if first.whole is None or other.whole is None else first.whole | other.whole
        within = {
            name: first.within.get(name, frozenset()) | other.within.get(name, frozenset())
            for name in {*first.within, *other.within}
        }
        unread = {**first.unread, **other.unread}
        read = unread.keys() if whole is None else unread.keys() & whole
        first = Coverage(
            whole,
            within,
            {kind: why for kind, why in unread.items() if kind not in read},
            first.inferred and other.inferred,
            first.version or other.version,
        )
    return first


def _nothing_sure(coverage: Coverage) -> Coverage:
    return structs.replace(coverage, whole=frozenset(), within={}, inferred=False)


def _is_manifest(name: str, data: bytes) -> bool:
    return name.rpartition("/")[2] == MANIFEST and name.count("/") < 2 and is_manifest(data)


def _cluster(name: str) -> str:
    """The cluster of a file of a bundle, whose folder is the one below that of all resources."""
    return unfolded(f"/{name}".partition(f"/{RESOURCES}/")[2].partition("/")[0])


def _is_list(text: bytes) -> bool:
    """kubectl prints tables and errors too."""
    return text.lstrip()[:1] == b"{" or text.lstrip().startswith((b"apiVersion:", b"items:", b"kind:", b"---"))


def _notes(path: str, nested: Sequence[str]) -> Iterator[str]:
    if nested:
        more = f" and {len(nested) - 1:,} more archives in it are" if len(nested) > 1 else " is"
        yield f"{path}!{nested[0]}{more} not read: unpack what you need."
