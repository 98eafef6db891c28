"""All objects of one kind, page by page."""

from collections.abc import Callable
from typing import Any

import msgspec

from meshctl.sources.cluster.connection import JSON, Answer, Connection
from meshctl.sources.cluster.discovery import Served

METADATA_ONLY = f"{JSON};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

_PAGE = 500
# A list that expires this often while it is read never ends.
_RESTARTS = 3

Item = dict[str, Any]


class Unlisted(Exception):
    """A kind could not be read; the text is a clause that says why. `forbidden` says that permission is missing."""

    def __init__(self, message: str, *, forbidden: bool = False) -> None:
        super().__init__(message)
        self.forbidden = forbidden


class PageMeta(msgspec.Struct):
    """Of a list; `continue_` is the token for the next page, empty at the end."""

    continue_: str = msgspec.field(name="continue", default="")


class Page(msgspec.Struct):
    """A part of a list."""

    items: list[Item] | None = None
    metadata: PageMeta = msgspec.field(default_factory=PageMeta)


class _Status(msgspec.Struct):
    message: str = ""


_PAGES = msgspec.json.Decoder(Page)


def parse_page(body: bytes) -> Page:
    """A page with everything in it. Raises msgspec.DecodeError."""
    return _PAGES.decode(body)


def list_all(
    connection: Connection,
    served: Served,
    namespace: str = "",
    *,
    accept: str = JSON,
    fields: str = "",
    limit: int = _PAGE,
    keep: Callable[[Item], bool] | None = None,
    parse: Callable[[bytes], Page] = parse_page,
    seen: Callable[[int], None] = lambda count: None,
) -> list[Item]:
    """Every object of a kind, in one namespace or all, with its apiVersion and kind and without what servers add.

    `fields` is a field selector, `limit` the objects a page, `seen` is told the number of each page; `keep` says which
    objects of a page are wanted, and `parse` reads a page. A list that expires in the middle (410) is begun anew.
    Raises Unlisted where the kind may not be read or the answer is none; Inaccessible where the server is gone.
    """
    for _ in range(_RESTARTS):
        found: list[Item] | None = []
        query = {"limit": str(limit), **({"fieldSelector": fields} if fields else {})}
        while found is not None:
            answer = connection.get(served.path(namespace), query, accept=accept)
            if answer.status == 410:
                found = None
                continue
            page = _page(answer, parse)
            items = page.items or []
            found.extend(_plain(item, served) for item in items if keep is None or keep(item))
            seen(len(items))
            if not page.metadata.continue_:
                return found
            query["continue"] = page.metadata.continue_
    raise Unlisted(f"its list expired {_RESTARTS} times while it was read")


def get_one(connection: Connection, served: Served, name: str) -> Item | None:
    """One cluster-scoped object; None where it does not exist. Raises Unlisted and Inaccessible as a list does."""
    answer = connection.get(f"{served.path()}/{name}")
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise _unlisted(answer)
    try:
        return _plain(msgspec.json.decode(answer.body, type=Item), served)
    except msgspec.DecodeError as error:
        raise Unlisted(f"the answer is no object: {error}") from error


def _page(answer: Answer, parse: Callable[[bytes], Page]) -> Page:
    if answer.status != 200:
        # Also 404, although the server has said that it serves the kind: it is no answer that there were none.
        raise _unlisted(answer)
    try:
        return parse(answer.body)
    except msgspec.DecodeError as error:
        raise Unlisted(f"the answer is no list: {error}") from error


def _unlisted(answer: Answer) -> Unlisted:
    if answer.status == 401:
        return Unlisted("the credentials are not accepted (401): log in again", forbidden=True)
    try:
        message = msgspec.json.decode(answer.body, type=_Status).message
    except msgspec.DecodeError:
        message = ""
    word = "forbidden" if answer.status == 403 else f"the server answers {answer.status}"
    return Unlisted(f"{word}: {message}" if message else word, forbidden=answer.status == 403)


def _plain(item: Item, served: Served) -> Item:
    """An object as a file would have it: with apiVersion and kind, without the notes of the server."""
    metadata = item.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        raise Unlisted("the answer has an object without a name")
    if not isinstance(metadata.get("namespace", ""), str):
        raise Unlisted("the answer has an object in a namespace without a name")
    metadata.pop("managedFields", None)
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and annotations.pop(_LAST_APPLIED, None) and not annotations:
        del metadata["annotations"]
    item["apiVersion"], item["kind"] = served.api_version, served.key.kind
    return item


_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
