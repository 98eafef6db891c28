"""JSON text to documents: one object, or several one after another as kubectl accepts them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from meshctl.sources.biglists import LARGE, json_items
from meshctl.sources.composing import MAX_DEPTH, compose
from meshctl.sources.documents import Document, Repeated
from meshctl.sources.errors import Unparsed
from meshctl.sources.positions import Stretch
from meshctl.sources.repeated import find_repeated

_BLANK = re.compile(r"[ \t\r\n]*")
_NEXT = re.compile(r"^(?=\{)", re.MULTILINE)


class _Reader:
    """One run over a text; notes whether a key stood twice in an object since it was last asked."""

    def __init__(self) -> None:
        self.twice = False
        self.decode = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=_integer, parse_float=_float, parse_constant=_refuse
        ).raw_decode

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self.twice = True
        return value


def parse_json(data: bytes) -> list[Document]:
    """The documents of a JSON text (UTF-8). After an error, reading goes on at the next line that begins with `{`.

    The items of a large list are documents of their own.
    """
    if len(data) > LARGE and (found := json_items(data)) is not None:
        return list(_items(data, *found))
    text = data.decode("utf-8")
    ascii_only = len(text) == len(data)
    reader = _Reader()
    documents: list[Document] = []
    place, offset, line = 0, 0, 1
    while True:
        start = _end_of(_BLANK, text, place)
        if start == len(text):
            return documents
        line += text.count("\n", place, start)
        offset += start - place
        reader.twice = False
        error: tuple[str, int, int] | None = None
        value: Any = None
        try:
            value, end = reader.decode(text, start)
            _refuse_depth(value, text, start, end)
        except json.JSONDecodeError as wrong:
            error = (f"The JSON is broken: {_sentence(wrong.msg)}", wrong.lineno, wrong.colno)
        except (Unparsed, ValueError, RecursionError) as wrong:
            error = (_message(wrong), line, start - text.rfind("\n", 0, start))
        if error:
            following = _NEXT.search(text, start + 1)
            end = following.start() if following else len(text)
        stop = offset + (end - start if ascii_only else len(text[start:end].encode()))
        repeated = _repeated(data, offset, stop, line) if reader.twice and not error else ()
        documents.append(Document(offset, stop, line, value if not error else None, repeated, error))
        line += text.count("\n", start, end)
        place, offset = end, stop


def _items(data: bytes, given: Mapping[str, Any], spans: Iterable[tuple[int, int]]) -> Iterator[Document]:
    reader = _Reader()
    place, line = 0, 1
    for start, end in spans:
        line += data.count(b"\n", place, start)
        place = start
        reader.twice = False
        text = data[start:end].decode("utf-8")
        try:
            value, _ = reader.decode(text, 0)
            _refuse_depth(value, text, 0, len(text))
        except (Unparsed, ValueError, RecursionError) as wrong:
            column = len(data[data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")) + 1
            yield Document(start, end, line, error=(_message(wrong), line, column))
            continue
        repeated = _repeated(data, start, end, line) if reader.twice else ()
        yield Document(start, end, line, {**given, **value} if isinstance(value, dict) else value, repeated)


def _message(wrong: Exception) -> str:
    too_deep = f"The document is nested more than {MAX_DEPTH} levels deep"
    return too_deep if isinstance(wrong, RecursionError) else str(wrong)


def _repeated(data: bytes, start: int, end: int, line: int) -> tuple[Repeated, ...]:
    stretch = Stretch(data, start, end, line)
    try:
        return tuple(found for root in compose(data[start:end]) for found in find_repeated(root, stretch.region))
    except (Unparsed, RecursionError):
        return (Repeated((), stretch.span(0, 1), line),)


def _refuse_depth(value: Any, text: str, start: int, end: int) -> None:
    if text.count("[", start, end) + text.count("{", start, end) <= MAX_DEPTH:
        return
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if child.__class__ is dict or child.__class__ is list
        ]
        if not level:
            return
    raise Unparsed(f"The document is nested more than {MAX_DEPTH} levels deep")


def _integer(digits: str) -> int | float:
    if len(digits) < 19:
        return int(digits)
    value = int(digits) if len(digits) < 30 else 2**63
    return value if -(2**63) <= value < 2**63 else _float(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Unparsed(f"The number {digits[:40]} is too large")
    return value


def _refuse(word: str) -> NoReturn:
    raise Unparsed(f"{word} is not a value that JSON knows")


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]


def _end_of(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place
