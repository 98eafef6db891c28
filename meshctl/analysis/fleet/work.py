"""The tasks of a run, done by whatever executes them: each is done once, whoever is lost on the way."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

Job = Callable[[bytes], bytes]

_GLANCE = 1.0
_TRIES = 2


class Engine(Protocol):
    """Where tasks run, by its `name`. `window` is how many are handed over at a time, 0 for all of them.

    A lost worker either is the engine's own business, or breaks the executor: then a new one is started.
    """

    name: str
    window: int

    def start(self, workers: int = 0) -> AbstractContextManager[Executor]:
        """An executor, with so many workers where the engine makes them itself. Raises Unavailable."""

    def trouble(self) -> str:
        """A clause that says why nothing is going to come any more; empty while all is well."""


class Unavailable(Exception):
    """There is nothing that runs tasks, or no more; the text is a clause that says why."""


class Done(NamedTuple):
    """What came of a task: its answer, or a clause that says why there is none."""

    name: str
    answer: bytes | None
    why: str = ""


def work(tasks: Mapping[str, bytes], job: Job, engine: Engine) -> Iterator[Done]:
    """Each task once, as it ends. Raises Unavailable where the engine is gone; what has ended by then was told.

    Of the tasks that ran when a worker was lost, any may be the one that kills it, so each runs again by itself.
    """
    left = dict(tasks)
    suspects: dict[str, bytes] = {}
    while left:
        with engine.start() as executor:
            yield from _until_it_breaks(left, job, executor, engine, suspects)
    for name, task in suspects.items():
        yield _alone(name, task, job, engine)


def _until_it_breaks(
    left: dict[str, bytes], job: Job, executor: Executor, engine: Engine, suspects: dict[str, bytes]
) -> Iterator[Done]:
    """Takes what is done or was lost out of `left`."""
    queue = iter(list(left.items()))
    running: dict[Future[bytes], str] = {}
    broken = False

    def fill() -> None:
        while not broken and (not engine.window or len(running) < engine.window):
            name, task = next(queue, ("", b""))
            if not name:
                return
            running[executor.submit(job, task)] = name

    fill()
    while running:
        ended, _ = wait(running, timeout=_GLANCE, return_when=FIRST_COMPLETED)
        if not ended and (why := engine.trouble()):
            raise Unavailable(why)
        told, gone = [], False
        for future in ended:
            name = running.pop(future)
            try:
                told.append(Done(name, future.result()))
            except BrokenExecutor:
                broken = True
                suspects[name] = left[name]
            except CancelledError:
                gone = True
                continue
            except Exception as error:
                told.append(Done(name, None, _said(error)))
            del left[name]
        # Nobody waits while we look at what has come.
        try:
            fill()
        except BrokenExecutor:
            broken = True
        yield from told
        if gone:
            raise Unavailable(engine.trouble() or "it has cancelled what was to be done")


def _alone(name: str, task: bytes, job: Job, engine: Engine) -> Done:
    for _ in range(_TRIES):
        try:
            with engine.start(1) as executor:
                return Done(name, executor.submit(job, task).result())
        except BrokenExecutor:
            continue
        except Exception as error:
            return Done(name, None, _said(error))
    return Done(name, None, "the process that read it was killed each time: perhaps it needs more memory than there is")


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:500]
