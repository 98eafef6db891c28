"""Text of a file to its documents: YAML or JSON, every error kept to the document it is in."""

import codecs

from meshctl.sources.biglists import LARGE, inherited, yaml_items
from meshctl.sources.composing import MAX_DEPTH, compose, could_be_deep
from meshctl.sources.documents import Document, split
from meshctl.sources.errors import Unparsed
from meshctl.sources.expansion import expand
from meshctl.sources.positions import Stretch
from meshctl.sources.repeated import find_repeated
from meshctl.sources.scalars import KEYS, PLAIN, NotJson
from meshctl.sources.values import convert

# Part of every cache key: raise it whenever the same text would be read differently.
PARSER_VERSION = 2


def to_utf8(data: bytes) -> bytes:
    """The text as UTF-8 without byte order mark. Raises Unparsed for what is not text at all."""
    if data.startswith(codecs.BOM_UTF8):
        return data[3:]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16").encode()
        except UnicodeError:
            raise Unparsed("The file begins like UTF-16 but is not") from None
    if b"\0" in data[:8192] and not _is_utf8(data):
        raise Unparsed("The file is binary, not text")
    return data


def parse(data: bytes, *, json: bool = False) -> list[Document]:
    """The documents of a text in their order. `json` says that the file's name promises JSON."""
    start = data.lstrip()[:1]
    if start == b"{" or (json and start == b"["):
        from meshctl.sources.jsontext import parse_json

        try:
            documents = parse_json(data)
        except UnicodeError:
            documents = []
        if documents and (json or not any(document.error for document in documents)):
            return documents
    clean = data.isascii() or _is_utf8(data)
    PLAIN.trim()
    KEYS.trim()
    deep = could_be_deep(data)
    out: list[Document] = []
    for start_offset, end, line in split(data):
        try:
            if not clean:
                _refuse_encoding(data[start_offset:end])
            items = _items(data, start_offset, end, line, deep) if end - start_offset > LARGE else None
            out.extend(_documents(data, start_offset, end, line, deep) if items is None else items)
        except Unparsed as error:
            out.append(Document(start_offset, end, line, error=(error.told(line), line + error.line, error.column + 1)))
        except RecursionError:
            message = f"The document is nested more than {MAX_DEPTH} levels deep"
            out.append(Document(start_offset, end, line, error=(message, line, 1)))
    return out


def _items(data: bytes, start: int, end: int, line: int, deep: bool) -> list[Document] | None:
    """The items of a large list as documents of their own; None if it is none, or does not come apart cleanly."""
    found = yaml_items(data, start, end)
    if found is None:
        return None
    head, spans = found
    out: list[Document] = []
    place = start
    try:
        heads = _documents(head, 0, len(head), 1, deep)
        given = inherited(heads[0].value) if len(heads) == 1 and not heads[0].repeated else None
        if given is None:
            return None
        for first, last in spans:
            line += data.count(b"\n", place, first)
            place = first
            (document,) = _documents(data, first, last, line, deep)
            (item,) = document.value
            out.append(document._replace(value={**given, **item} if isinstance(item, dict) else item, path=(0,)))
    except (Unparsed, ValueError):
        return None
    return out


def _documents(data: bytes, start: int, end: int, line: int, deep: bool) -> list[Document]:
    text = data[start:end]
    # An anchor needs `&`, a tag `!`: without them the fast conversion is exact.
    rare = b"&" in text or b"!" in text
    out: list[Document] = []
    for index, root in enumerate(compose(text, deep=deep)):
        twice = True
        if rare:
            value = expand(root)
        else:
            try:
                value, twice = convert(root)
            except (NotJson, AttributeError):
                value = expand(root)
        repeated = find_repeated(root, Stretch(data, start, end, line).region) if twice else ()
        if value is not None:
            out.append(Document(start, end, line, value, repeated, None, index))
    return out


def _refuse_encoding(text: bytes) -> None:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace"))
        message = f"The byte 0x{text[error.start]:02x} is not UTF-8"
        raise Unparsed(message, before.count(b"\n"), column) from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
