"""Texts of many files to their documents: from the cache, here, and in a second process where that is quicker."""

import os
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING, NoReturn

from msgspec import Struct

from meshctl.sources.documents import Document
from meshctl.sources.parsing import PARSER_VERSION, parse

if TYPE_CHECKING:
    from meshctl.sources.cache import DocumentCache

# Below this many bytes (all files together) parsing is quicker than loading what the cache needs.
_WORTH_CACHING = 32 * 1024
# From this many bytes on, a second process is worth its start and the way back of its results.
_WORTH_FORKING = 2 * 1024 * 1024
_JOB = struct.Struct("<I")
_FRAME = struct.Struct("<IQ")
# A pipe takes this many job numbers without a reader.
_MOST_JOBS = 8192


class Text(Struct, frozen=True):
    """The text of a file as UTF-8; `json` says that its name promises JSON."""

    data: bytes
    json: bool


def documents_of(
    texts: Sequence[Text], cache: "DocumentCache | None" = None, meanwhile: Callable[[], None] | None = None
) -> list[list[Document]]:
    """The documents of each text, in the order of the texts.

    `meanwhile` is done while a second process parses; where there is none, it is not done.
    """
    if cache is None or sum(len(text.data) for text in texts) < _WORTH_CACHING:
        return [documents for documents, _ in _parse_all(texts, meanwhile)]
    from meshctl.sources.rows import decode, encode

    keys = [cache.key(text.data, f"{PARSER_VERSION}{'json' if text.json else 'yaml'}") for text in texts]
    kept = [cache.get(key) for key in keys]
    results = [decode(content) if content is not None else None for content in kept]
    missing = [index for index, result in enumerate(results) if result is None]
    for index, (documents, encoded) in zip(
        missing, _parse_all([texts[index] for index in missing], meanwhile), strict=True
    ):
        results[index] = documents
        content = encoded or encode(documents)
        if content is not None:
            cache.put(keys[index], content)
    return [result or [] for result in results]


_Parsed = tuple[list[Document], bytes | None]


def _parse_all(texts: Sequence[Text], meanwhile: Callable[[], None] | None) -> list[_Parsed]:
    """The documents of each text, with their encoded form where it is at hand."""
    if len(texts) > 1 and sum(len(text.data) for text in texts) >= _WORTH_FORKING and _may_fork():
        return _in_two(texts, meanwhile)
    return [(parse(text.data, json=text.json), None) for text in texts]


def _may_fork() -> bool:
    """A second process pays with a second processor, and is safe while there is one thread."""
    return (
        sys.platform == "linux"
        and threading.active_count() == 1
        and len(os.sched_getaffinity(0)) > 1
        and "MESHCTL_ONE_PROCESS" not in os.environ
    )


def _in_two(texts: Sequence[Text], meanwhile: Callable[[], None] | None) -> list[_Parsed]:
    """Both processes take the next job from one pipe until it is empty, so neither waits for long."""
    group = -(-len(texts) // _MOST_JOBS)
    jobs = [range(start, min(start + group, len(texts))) for start in range(0, len(texts), group)]
    results: dict[int, _Parsed] = {}
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb", buffering=0) as queue, _scratch() as answers:
        with os.fdopen(writer, "wb", buffering=0) as filling:
            filling.write(b"".join(map(_JOB.pack, range(len(jobs)))))
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            _second(texts, jobs, queue, answers)
        try:
            if meanwhile:
                meanwhile()
            for index in _taken(jobs, queue):
                results[index] = (parse(texts[index].data, json=texts[index].json), None)
        except BaseException:
            with suppress(OSError):
                os.kill(child, 9)
            raise
        finally:
            os.waitpid(child, 0)
        _collect(answers, results)
    # What the other process did not bring back is done here.
    return [results.get(index) or (parse(text.data, json=text.json), None) for index, text in enumerate(texts)]


def _taken(jobs: Sequence[range], queue: IO[bytes]) -> Iterator[int]:
    while ticket := queue.read(_JOB.size):
        yield from jobs[_JOB.unpack(ticket)[0]]


def _second(texts: Sequence[Text], jobs: Sequence[range], queue: IO[bytes], answers: IO[bytes]) -> NoReturn:
    """The other process: writes a frame (index, length, documents) for each text, and ends without any clean-up."""
    from meshctl.sources.rows import encode

    try:
        for index in _taken(jobs, queue):
            content = encode(parse(texts[index].data, json=texts[index].json))
            if content is not None:
                answers.write(_FRAME.pack(index, len(content)))
                answers.write(content)
        answers.flush()
    finally:
        os._exit(0)


def _collect(answers: IO[bytes], results: dict[int, _Parsed]) -> None:
    from meshctl.sources.rows import decode

    answers.seek(0)
    while len(head := answers.read(_FRAME.size)) == _FRAME.size:
        index, length = _FRAME.unpack(head)
        content = answers.read(length)
        if len(content) == length and (documents := decode(content)) is not None:
            results[index] = (documents, content)


def _scratch() -> IO[bytes]:
    """A file without a name, in memory."""
    return os.fdopen(os.memfd_create("meshctl"), "w+b")
