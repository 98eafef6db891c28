"""Jobs shared out between this process and a forked one, which has everything in memory that this one has."""

import os
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import IO, NoReturn, TypeVar

R = TypeVar("R")

_JOB = struct.Struct("<I")
_FRAME = struct.Struct("<IQ")
# A pipe takes this many job numbers without a reader.
_MOST_JOBS = 8192


def may_fork() -> bool:
    """A second process pays with a second processor, and is safe while there is one thread."""
    return (
        sys.platform == "linux"
        and threading.active_count() == 1
        and len(os.sched_getaffinity(0)) > 1
        and "MESHCTL_ONE_PROCESS" not in os.environ
    )


def shared_out(
    count: int,
    here: Callable[[int], R],
    away: Callable[[int], bytes | None],
    back: Callable[[bytes], R | None],
    *,
    meanwhile: Callable[[], None] | None = None,
) -> list[R]:
    """The results of the jobs 0 to `count`, in their order; only where `may_fork`.

    Both processes take the next job from one pipe until it is empty, so neither waits for long: `here` does one in this
    process, `away` in the other, and `back` reads what `away` has written. `meanwhile` is done here before the first.
    """
    group = -(-count // _MOST_JOBS)
    jobs = [range(start, min(start + group, count)) for start in range(0, count, group)]
    results: dict[int, R] = {}
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb", buffering=0) as queue, _scratch() as answers:
        with os.fdopen(writer, "wb", buffering=0) as filling:
            filling.write(b"".join(map(_JOB.pack, range(len(jobs)))))
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            _second(jobs, away, queue, answers)
        try:
            if meanwhile:
                meanwhile()
            for index in _taken(jobs, queue):
                results[index] = here(index)
        except BaseException:
            with suppress(OSError):
                os.kill(child, 9)
            raise
        finally:
            os.waitpid(child, 0)
        for index, content in _frames(answers):
            if (result := back(content)) is not None:
                results[index] = result
    # What the other process did not bring back is done here.
    return [results[index] if index in results else here(index) for index in range(count)]


def _taken(jobs: Sequence[range], queue: IO[bytes]) -> Iterator[int]:
    while ticket := queue.read(_JOB.size):
        yield from jobs[_JOB.unpack(ticket)[0]]


def _second(
    jobs: Sequence[range], away: Callable[[int], bytes | None], queue: IO[bytes], answers: IO[bytes]
) -> NoReturn:
    """The other process: writes a frame (index, length, result) for each job, and ends without any clean-up."""
    try:
        for index in _taken(jobs, queue):
            content = away(index)
            if content is not None:
                answers.write(_FRAME.pack(index, len(content)))
                answers.write(content)
        answers.flush()
    finally:
        os._exit(0)


def _frames(answers: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    answers.seek(0)
    while len(head := answers.read(_FRAME.size)) == _FRAME.size:
        index, length = _FRAME.unpack(head)
        content = answers.read(length)
        if len(content) == length:
            yield index, content


def _scratch() -> IO[bytes]:
    """A file without a name, in memory."""
    return os.fdopen(os.memfd_create("meshctl"), "w+b")
