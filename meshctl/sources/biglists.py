"""Large lists (`kubectl get -A -o yaml`) cut into their items, so that no more than one item is composed at a time."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

# Composing takes some hundred times the memory of the text: from this size on it pays to look for items first.
LARGE = 256 * 1024
_ITEMS = re.compile(rb"^items:[ \t]*(?:#[^\n]*)?\r?\n", re.MULTILINE)
_AFTER_ITEMS = re.compile(rb"^[^ \t#\r\n-]", re.MULTILINE)
_ITEM = re.compile(rb"^-(?=[ \t\r\n])", re.MULTILINE)
_NO_ITEM = re.compile(rb"^-[^ \t\r\n]", re.MULTILINE)


def inherited(head: Any) -> Mapping[str, Any] | None:
    """What each item of a list has from the list: version and kind, or nothing. None if `head` is not a list."""
    kind = head.get("kind") if isinstance(head, dict) else None
    if not isinstance(kind, str) or not kind.endswith("List") or head.get("items"):
        return None
    return {} if kind == "List" else {"apiVersion": head.get("apiVersion"), "kind": kind[:-4]}


def yaml_items(data: bytes, start: int, end: int) -> tuple[bytes, list[tuple[int, int]]] | None:
    """The document between two offsets without its items, and the offsets of the items; None if it looks otherwise.

    Only the layout that kubectl writes is known: `items:` at the left edge, each item from a `-` at the left edge to
    the next. Anchors may reach from item to item, so a document with `&` is not taken apart.
    """
    opening = _ITEMS.search(data, start, end)
    if opening is None or data.find(b"&", start, end) >= 0:
        return None
    first = opening.end()
    after = _AFTER_ITEMS.search(data, first, end)
    stop = after.start() if after else end
    if _NO_ITEM.search(data, first, stop):
        return None
    starts = [match.start() for match in _ITEM.finditer(data, first, stop)]
    return data[start:first] + data[stop:end], list(zip(starts, [*starts[1:], stop], strict=False))


def json_items(data: bytes) -> tuple[Mapping[str, Any], Iterator[tuple[int, int]]] | None:
    """What the items of a JSON list inherit, and their offsets; None if the text is not one valid list."""
    import msgspec

    class List(msgspec.Struct):
        """The fields of a list that matter here; the items stay text."""

        kind: str
        items: list[msgspec.Raw]
        apiVersion: str = ""

    try:
        found = msgspec.json.decode(data, type=List)
    except (msgspec.MsgspecError, RecursionError):
        return None
    given = inherited({"kind": found.kind, "apiVersion": found.apiVersion})
    return None if given is None else (given, _spans(data, [bytes(item) for item in found.items]))


def _spans(data: bytes, items: list[bytes]) -> Iterator[tuple[int, int]]:
    """Offsets of the items; each is found after the one before it, behind the word `items`."""
    place = data.find(b'"items"')
    for item in items:
        place = data.find(item, place)
        yield place, place + len(item)
        place += len(item)
