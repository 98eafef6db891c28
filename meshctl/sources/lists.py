"""Objects of a document: the document itself, or each item of a List."""

from collections.abc import Iterator
from typing import Any

from meshctl.model.paths import Path


def objects(value: Any, path: Path = ()) -> Iterator[tuple[Any, Path]]:
    """Each object with its path in the document. Items of a typed list (PodList) get the list's version and kind."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or not kind.endswith("List"):
        yield value, path
        return
    items = value.get("items")
    if items is None and ("items" in value or kind == "List"):
        return
    if not isinstance(items, list):
        yield value, path  # Another kind that happens to end so.
        return
    inherited = {"apiVersion": value.get("apiVersion"), "kind": kind[:-4]} if kind != "List" else {}
    for index, item in enumerate(items):
        whole = {**inherited, **item} if inherited and isinstance(item, dict) else item
        yield from objects(whole, (*path, "items", index))
