"""Jobs shared out between this process and a forked one, which has everything in memory that this one has."""

import mmap
import os
import struct
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import IO, NoReturn, TypeVar

R = TypeVar("R")

_FRAME = struct.Struct("<IQ")


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

    This process takes them from the front, the other from the back, until they meet: neither waits for long, and jobs
    that share something are best next to each other. `here` does one in this process, `away` in the other, and `back`
    reads what `away` has written. `meanwhile` is done here before the first.
    """
    results: dict[int, R] = {}
    with mmap.mmap(-1, max(count, 1)) as claims, _scratch() as answers:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            _second(_claimed(range(count - 1, -1, -1), claims), away, answers)
        try:
            if meanwhile:
                meanwhile()
            for index in _claimed(range(count), claims):
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


def _claimed(order: Iterable[int], claims: mmap.mmap) -> Iterator[int]:
    """The jobs up to the first that the other process has. If both claim one at once, it is done twice, to no harm."""
    for index in order:
        if claims[index]:
            return
        claims[index] = 1
        yield index


def _second(jobs: Iterable[int], away: Callable[[int], bytes | None], answers: IO[bytes]) -> NoReturn:
    """The other process: writes a frame (index, length, result) for each job, and ends without any clean-up."""
    try:
        for index in jobs:
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
