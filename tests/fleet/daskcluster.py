"""A real Dask scheduler with worker processes on 127.0.0.1."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cli.command import ROOT
from tests.fleet.clusters import until


class Dask:
    """A scheduler at `address`, and its workers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", "--port", "0", "--scheduler-file", str(self._file))
        self.workers: list[subprocess.Popen[bytes]] = []
        until(lambda: self._file.exists() and bool(self._file.read_text()))
        self.address: str = json.loads(self._file.read_text())["address"]

    def add_worker(self) -> None:
        """One with one thread, as a fleet wants it: it dies when it is killed, for nobody starts it again."""
        place = self._folder / f"worker-{len(self.workers)}"
        options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(place))
        self.workers.append(self._start("dask_worker", self.address, *options))

    def end(self) -> None:
        """At once: what they have left to say to each other is of no interest."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, module: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", "--no-dashboard", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with open(self._folder / f"{module}.log", "ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment)


@contextmanager
def dask(folder: Path, workers: int = 2) -> Iterator[Dask]:
    """While the block runs."""
    found = Dask(folder)
    try:
        for _ in range(workers):
            found.add_worker()
        yield found
    finally:
        found.end()


def fleet(*arguments: str, environment: Sequence[tuple[str, str]] = ()) -> subprocess.Popen[str]:
    """The command, started."""
    command = [sys.executable, "-m", "meshctl", "fleet", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **dict(environment)}
    )
