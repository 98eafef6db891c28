"""Documents to bytes and back, as MessagePack: nothing in it can run, whoever wrote it."""

from typing import Any

from meshctl.sources.documents import Document, Region, Repeated


def encode(documents: list[Document]) -> bytes | None:
    """The documents as bytes; None for values MessagePack cannot carry, such as half a surrogate pair."""
    import msgspec

    try:
        return msgspec.msgpack.encode([_row(document) for document in documents])
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None


def decode(content: bytes) -> list[Document] | None:
    """The documents of `encode`; None if the bytes are anything else."""
    import msgspec

    try:
        return [_document(row) for row in msgspec.msgpack.decode(content)]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def _row(document: Document) -> list[Any]:
    start, end, line, value, repeated, error, root, path = document
    keys = [_repeated(each) for each in repeated] if repeated else ()
    return [start, end, line, value, keys, error, root, path]


def _repeated(key: Repeated) -> tuple[Any, ...]:
    place = key.region
    return key.path, place.start_line, place.start_column, place.end_line, place.end_column, key.first_line


def _document(row: Any) -> Document:
    start, end, line, value, repeated, error, root, path = row
    keys = tuple([Repeated(tuple(path), Region(*place), first) for path, *place, first in repeated]) if repeated else ()
    if not (type(start) is type(end) is type(line) is type(root) is int):
        raise TypeError("not a document")
    return Document(start, end, line, value, keys, tuple(error) if error else None, root, tuple(path))
