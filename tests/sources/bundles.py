"""Archives and findings for the tests of bundles."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import choose, load
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.finding import Finding
from meshctl.sources.snapshot import Snapshot

TIME = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: shop}\n"


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """A gzipped tar archive of files by name."""
    return gzip.compress(tar_of([(plain(name), _bytes(content)) for name, content in files.items()]))


def plain(name: str) -> tarfile.TarInfo:
    return tarfile.TarInfo(name)


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        for member, content in members:
            if member.isreg():
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return written.getvalue()


def unpack(files: Mapping[str, str | bytes], folder: Path) -> str:
    """The same files in a folder; returns its path."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_bytes(content))
    return str(folder)


def contents(path: Path) -> dict[str, bytes]:
    """The files of an archive by name, in order."""
    with tarfile.open(path) as tar:
        return {member.name: file.read() for member in tar if (file := tar.extractfile(member))}


def findings(snapshot: Snapshot, now: datetime = NOW) -> list[Finding]:
    """What all checks find, without the places in files."""
    found = analyze(MeshGraph(snapshot, Settings(now=now)), choose(load(), [], [])).result.findings
    return sorted((_placeless(finding) for finding in found), key=Finding.sort_key)


def _placeless(finding: Finding) -> Finding:
    related = tuple(structs.replace(each, location=None) for each in finding.related)
    return structs.replace(finding, location=None, related=related)


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
