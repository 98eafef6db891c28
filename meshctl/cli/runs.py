"""Runs of an analysis, one after the other: a failing one leaves the reports of the last good one in place."""

import gc
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Event
from types import FrameType

from meshctl.cli.errors import UsageError
from meshctl.model.result import Exit
from meshctl.reports.prometheus import render_runs


@dataclass(frozen=True, slots=True)
class Reports:
    """What one run has to show: a page, JSON, metrics as text, and a line for the log."""

    page: bytes
    report: bytes
    metrics: str
    line: str


@dataclass(frozen=True, slots=True)
class State:
    """What is known at one moment. `duration` is that of the last run in seconds, `succeeded` seconds since 1970."""

    runs: int = 0
    errors: int = 0
    failed: bool = False
    duration: float | None = None
    succeeded: float | None = None
    reports: Reports | None = None

    @property
    def metrics(self) -> str:
        """For Prometheus: of the runs, and of the last result where there is one."""
        runs = render_runs(
            runs=self.runs,
            errors=self.errors,
            seconds=self.duration,
            last_error=self.failed,
            succeeded=self.succeeded,
        )
        return runs + (self.reports.metrics if self.reports else "")


class Runs:
    """Runs until it is told to end. `state` may be read by other threads at any time."""

    def __init__(
        self, once: Callable[[bool], Reports | None], pause: float, *, quiet: bool = False, debug: bool = False
    ) -> None:
        """`once` is one run, told whether there has been one before; it returns None where nothing could be read."""
        self._once, self._pause, self._quiet, self._debug = once, pause, quiet, debug
        self._ended = Event()
        self.state = State()

    def run(self) -> int:
        """The exit code after SIGTERM or `end`. Ctrl-C passes through.

        Raises UsageError in the first run, which has then not been given what it needs; a later one only says so.
        """
        try:
            with _raised(signal.SIGTERM, self._ended):
                while not self._ended.is_set():
                    self.step()
                    self._ended.wait(self._pause)
        except KeyboardInterrupt:
            if not self._ended.is_set():
                raise
        return int(Exit.CLEAN)

    def end(self) -> None:
        """End after the run that goes on, or at once in a pause."""
        self._ended.set()

    def step(self) -> None:
        """One run."""
        before, since = self.state, time.perf_counter()
        reports = None
        try:
            reports = self._once(before.runs > 0)
            line = reports.line if reports else "nothing could be read"
        except UsageError as error:
            if not before.runs:
                raise
            line = str(error)
        except Exception as error:
            # One bad object must not end the reports about all the others; nor may one bad moment.
            line = f"internal error: {type(error).__name__}: {error}"
            if self._debug:
                import traceback

                traceback.print_exc()
        duration = time.perf_counter() - since
        state = replace(before, runs=before.runs + 1, duration=duration, failed=reports is None)
        if reports:
            self.state = replace(state, reports=reports, succeeded=time.time())
        else:
            self.state = replace(state, errors=before.errors + 1)
        if not self._quiet or not reports:
            how = "" if reports else "failed: "
            sys.stderr.write(f"{time.strftime('%H:%M:%S')} {how}{line} ({duration:.1f} s)\n")
            sys.stderr.flush()
        # It is off for single runs; here what they leave behind would pile up.
        gc.collect()


@contextmanager
def _raised(number: int, told: Event) -> Iterator[None]:
    """Let a signal interrupt the block as Ctrl-C does, so that it ends as soon; `told` tells the two apart."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        told.set()
        raise KeyboardInterrupt

    before = signal.signal(number, interrupt)
    try:
        yield
    finally:
        signal.signal(number, before)
