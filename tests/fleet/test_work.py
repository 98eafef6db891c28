"""Tasks and who does them: each once, no more at a time than allowed, also where one kills whoever tries it."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

import pytest

from meshctl.analysis.fleet.engines import LocalEngine, workers_that_fit
from meshctl.analysis.fleet.work import Unavailable, work


def upper(task: bytes) -> bytes:
    """A job that dies of one task and fails at another."""
    if task == b"poison":
        os.kill(os.getpid(), signal.SIGKILL)
    if task == b"wrong":
        raise ValueError("no such thing")
    return task.upper()


def test_a_task_that_kills_its_worker_takes_no_other_with_it() -> None:
    tasks = {"a": b"a", "p": b"poison", "w": b"wrong", "b": b"b"}
    done = {each.name: each for each in work(tasks, upper, LocalEngine(2))}
    assert {name: each.answer for name, each in done.items()} == {"a": b"A", "b": b"B", "p": None, "w": None}
    assert done["w"].why == "ValueError: no such thing"
    assert done["p"].why.startswith("the process that read it was killed each time")


class Fake(Executor):
    """Ends what it is given, one by one, when it is asked to wait; breaks where told."""

    def __init__(self, engine: "FakeEngine") -> None:
        self._engine = engine

    def submit(self, job: Callable[..., Any], /, *args: Any, **options: Any) -> "Future[Any]":
        engine, future = self._engine, Future[Any]()
        engine.flying += 1
        engine.most = max(engine.most, engine.flying)

        def end() -> None:
            engine.flying -= 1
            if args[0] in engine.breaks:
                engine.breaks.remove(args[0])
                future.set_exception(BrokenProcessPool())
            elif args[0] in engine.gone:
                engine.why = "it went away"
                future.cancel()
                future.set_running_or_notify_cancel()
            else:
                future.set_result(job(args[0]))

        engine.ends.append(end)
        return future


class FakeEngine:
    """Ends one task at each glance."""

    name = "a fake"

    def __init__(self, window: int, breaks: tuple[bytes, ...] = (), gone: tuple[bytes, ...] = ()) -> None:
        self.window, self.breaks, self.gone = window, list(breaks), gone
        self.flying = self.most = self.started = 0
        self.ends: list[Callable[[], None]] = []
        self.why = ""

    @contextmanager
    def start(self, workers: int = 0) -> Iterator[Executor]:
        self.started += 1
        yield Fake(self)

    def trouble(self) -> str:
        return self.why


@pytest.fixture
def at_each_glance(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeEngine], None]:
    """Nothing is waited for: whoever waits lets the engine end a task."""

    def install(engine: FakeEngine) -> None:
        def wait(futures: Any, timeout: float, return_when: str) -> tuple[set[Any], set[Any]]:
            engine.ends.pop(0)()
            return {future for future in futures if future.done()}, set()

        monkeypatch.setattr("meshctl.analysis.fleet.work.wait", wait)

    return install


def test_no_more_at_a_time_than_the_window(at_each_glance: Callable[[FakeEngine], None]) -> None:
    engine = FakeEngine(window=3)
    at_each_glance(engine)
    tasks = {str(i): str(i).encode() for i in range(50)}
    assert [done.name for done in work(tasks, upper, engine)] == list(tasks)
    assert engine.most == 3 and engine.started == 1


def test_an_engine_that_is_gone_keeps_what_was_done(at_each_glance: Callable[[FakeEngine], None]) -> None:
    engine = FakeEngine(window=0, gone=(b"c", b"d"))
    at_each_glance(engine)
    running = work({name: name.encode() for name in "abcd"}, upper, engine)
    told = [next(running), next(running)]
    assert [done.answer for done in told] == [b"A", b"B"]
    with pytest.raises(Unavailable, match="it went away"):
        next(running)


def test_as_many_workers_as_there_is_room_for() -> None:
    cores = len(os.sched_getaffinity(0))
    assert workers_that_fit(1000, 1) == cores
    assert workers_that_fit(1, 1) == 1
    assert workers_that_fit(1000, 1 << 60) == 1


def test_an_error_ends_the_processes_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), LocalEngine(1).start() as pool:
        pool.submit(time.sleep, 600)
        raise KeyboardInterrupt
    assert time.monotonic() - began < 30
