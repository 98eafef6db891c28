"""Lists and single objects, as a whole, as metadata alone, or as a table."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.apiserver import tokens
from tests.apiserver.kinds import Kind, api_version
from tests.apiserver.selecting import selects
from tests.apiserver.status import JSON, Answer, document, failure
from tests.apiserver.store import Store, Stored
from tests.apiserver.tables import columns, row

_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


def form(accept: str) -> str:
    """The form that a client prefers: "Table", "PartialObjectMetadata", or "" for whole objects."""
    for offer in accept.split(","):
        parameters = dict(part.strip().partition("=")[::2] for part in offer.split(";")[1:])
        name = parameters.get("as", "")
        if parameters.get("v") == "v1" and parameters.get("g") == "meta.k8s.io":
            return name.removesuffix("List")
        if not name and offer.split(";")[0].strip() in (JSON, "*/*", "application/*"):
            return ""
    return ""


def expired(start: str) -> Answer:
    """What a server says to a token from before it forgot: with a token that works, but not consistently."""
    return failure(410, _TOO_OLD, metadata={"continue": tokens.write(-1, start.removesuffix("\0"))})


def answer_list(
    store: Store, kind: Kind, version: str, namespace: str, query: Mapping[str, str], accept: str, oldest: int
) -> Answer:
    """One page of a list; tokens of revisions before `oldest` have expired."""
    limit = int(query.get("limit") or 0)
    start = ""
    if token := query.get("continue"):
        try:
            revision, start = tokens.read(token)
        except tokens.BadToken as bad:
            return failure(400, f"invalid continue token: {bad}")
        if 0 <= revision < oldest:
            return expired(start)
    places = store.places(kind, namespace, start)
    found = [stored for each in places if (stored := store.get(kind, each))]
    narrowed = bool(query.get("labelSelector") or query.get("fieldSelector"))
    if narrowed:
        found = [stored for stored in found if selects(query, stored)]
    if (query.get("resourceVersion") == "0" and not token) or kind.group == "metrics.k8s.io":
        limit = 0  # What a server has in memory it gives whole.
    metadata: dict[str, Any] = {"resourceVersion": str(store.revision)}
    if limit and len(found) > limit:
        last = found[limit - 1].place
        metadata["continue"] = tokens.write(store.revision, last.partition("/")[2] if namespace else last)
        if not narrowed:
            metadata["remainingItemCount"] = len(found) - limit
        found = found[:limit]
    return _FORMS[form(accept)](kind, version, metadata, found)


def answer_get(stored: Stored, version: str, accept: str) -> Answer:
    """One object."""
    wanted = form(accept)
    if wanted == "Table":
        return _table(stored.kind, version, {"resourceVersion": str(stored.resource_version)}, [stored])
    if wanted == "PartialObjectMetadata":
        return document(_partial(stored))
    return Answer(200, stored.written(version, typed=True) + b"\n")


def _partial(stored: Stored) -> dict[str, Any]:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": stored.metadata}


def _whole(kind: Kind, version: str, metadata: dict[str, Any], found: list[Stored]) -> Answer:
    api = api_version(kind.group, version)
    items = b",".join(stored.written(version, typed=kind.defined) for stored in found)
    head = json.dumps(metadata, separators=(",", ":"))
    if kind.defined:
        text = b'{"apiVersion":"%b","items":[%b],"kind":"%bList","metadata":%b}\n'
        return Answer(200, text % (api.encode(), items, kind.kind.encode(), head.encode()))
    text = b'{"kind":"%bList","apiVersion":"%b","metadata":%b,"items":[%b]}\n'
    return Answer(200, text % (kind.kind.encode(), api.encode(), head.encode(), items))


def _metadata(kind: Kind, version: str, metadata: dict[str, Any], found: list[Stored]) -> Answer:
    head = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
    return document(head | {"items": [_partial(stored) for stored in found] or None})


def _table(kind: Kind, version: str, metadata: dict[str, Any], found: list[Stored]) -> Answer:
    head = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
    rows = [{"cells": row(stored), "object": _partial(stored)} for stored in found]
    return document(head | {"columnDefinitions": columns(kind), "rows": rows})


_FORMS: dict[str, Callable[[Kind, str, dict[str, Any], list[Stored]], Answer]] = {
    "": _whole,
    "PartialObjectMetadata": _metadata,
    "Table": _table,
}
