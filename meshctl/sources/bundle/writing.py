"""A bundle of what was read: redacted, and the same bytes for the same input."""

import gzip
import io
import json
import os
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import quote

from msgspec import structs

from meshctl import __version__
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.model.result import Unread
from meshctl.sources.bundle.layout import answer_place
from meshctl.sources.bundle.manifest import CapturedCluster, Manifest, encode
from meshctl.sources.bundle.proxies import ProxyFile
from meshctl.sources.bundle.recognized import MANIFEST, RESOURCES
from meshctl.sources.redact import redact_answer, redact_object, redact_text
from meshctl.sources.snapshot import Snapshot

_OF_CLUSTER = "_"


def write_bundle(
    path: str,
    snapshot: Snapshot,
    *,
    time: datetime,
    contexts: Mapping[str, str] | None = None,
    answers: Iterable[ProxyFile] = (),
) -> None:
    """Write what was read of live clusters to `path`, which appears when it is whole and is readable by its owner.

    `contexts` are by the snapshot's cluster names; a cluster without one goes by its own name. `answers` are taken one
    at a time, in this order; their `cluster` is that of the snapshot. Raises OSError, and ValueError for an
    answer whose name does not end in .json, .prom or .txt.
    """
    folder = os.path.dirname(path) or "."
    handle, unfinished = tempfile.mkstemp(dir=folder, prefix=".meshctl-", suffix=".tar.gz")
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, snapshot, time, contexts or {}, answers)
        os.replace(unfinished, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished)
        raise


def _write(
    file: IO[bytes],
    snapshot: Snapshot,
    time: datetime,
    contexts: Mapping[str, str],
    answers: Iterable[ProxyFile],
) -> None:
    seconds = int(time.timestamp())
    names = sorted({*snapshot.coverage, *(resource.id.cluster for resource in snapshot.resources)} or {""})
    manifest = _manifest(snapshot, names, time, contexts)
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=seconds) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        _add(tar, MANIFEST, encode(manifest), seconds)
        for name, resources in sorted(_lists(snapshot.resources, contexts).items()):
            _add(tar, name, _list(resources), seconds)
        for answer in answers:
            context = contexts.get(answer.cluster, answer.cluster)
            place = (folded(part) for part in (context, answer.namespace, answer.pod, answer.name))
            name = "/".join(("istiod" if answer.control_plane else "proxies", *place))
            if answer_place(name) is None:
                raise ValueError(f"{answer.name} is no name of an answer")
            _add(tar, name, redact_answer(answer.data), seconds)


def folded(name: str) -> str:
    """A name as that of a folder, which can be neither empty nor lead anywhere else."""
    if not name:
        return "_"
    text = quote(name, safe="")
    return text.replace(".", "%2E").replace("_", "%5F") if not text.strip("._") else text


def _manifest(
    snapshot: Snapshot,
    names: Sequence[str],
    time: datetime,
    contexts: Mapping[str, str],
) -> Manifest:
    return Manifest(
        time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        __version__,
        tuple(_cluster(snapshot, name, contexts.get(name, name)) for name in names),
        tuple(Unread(redact_text(each.what), redact_text(each.why)) for each in snapshot.unread),
    )


def _cluster(snapshot: Snapshot, name: str, context: str) -> CapturedCluster:
    coverage = snapshot.coverage.get(name, CapturedCluster(name).coverage)
    unread = {kind: redact_text(why) for kind, why in coverage.unread.items()}
    return CapturedCluster(context, structs.replace(coverage, unread=unread))


def _lists(resources: Iterable[Resource], contexts: Mapping[str, str]) -> dict[str, list[Resource]]:
    """The resources of each file: one for each kind and namespace."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for resource in resources:
        identity = resource.id
        kind = f"{identity.kind}.{identity.group}" if identity.group else identity.kind
        context = contexts.get(identity.cluster, identity.cluster)
        namespace = folded(identity.namespace) if identity.namespace else _OF_CLUSTER
        found["/".join((RESOURCES, folded(context), namespace, f"{folded(kind)}.json"))].append(resource)
    return found


def _list(resources: Iterable[Resource]) -> bytes:
    """A list as kubectl writes it, which kubectl and people can read."""
    import msgspec

    ordered = sorted(resources, key=lambda resource: resource.id)
    items = [redact_object(_complete(resource.data, resource.id, resource.version)) for resource in ordered]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items}).encode()
    return msgspec.json.format(text, indent=1) + b"\n"


def _complete(data: Mapping[str, Any], identity: ResourceId, version: str) -> dict[str, Any]:
    """The items of a list of the API server do not say what they are, nor files always where they belong."""
    group_version = f"{identity.group}/{version}" if identity.group else version
    whole = {**data, "apiVersion": group_version, "kind": identity.kind}
    metadata = data.get("metadata")
    if identity.namespace and isinstance(metadata, dict):
        whole["metadata"] = {**metadata, "namespace": identity.namespace}
    return whole


def _add(tar: tarfile.TarFile, name: str, content: bytes, seconds: int) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mtime = seconds
    member.mode = 0o644
    tar.addfile(member, io.BytesIO(content))
