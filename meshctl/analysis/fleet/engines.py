"""What executes the tasks of a fleet: processes of this machine, or the workers of a Dask scheduler."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import Any

from meshctl.analysis.fleet.work import Unavailable


class LocalEngine:
    """Processes of this machine. They are started anew, not forked: what runs here already is not theirs."""

    name = "this machine"

    def __init__(self, workers: int) -> None:
        self.window = workers

    @contextmanager
    def start(self, workers: int = 0) -> Iterator[Executor]:
        """So many processes, which end with the block: at once, where it is left by an error."""
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(workers or self.window, mp_context=spawn, initializer=_begin)
        try:
            yield pool
        except BaseException:
            for process in multiprocessing.active_children():
                process.terminate()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        pool.shutdown(wait=True)

    def trouble(self) -> str:
        """None: a lost process breaks the pool."""
        return ""


class DaskEngine:
    """The workers of a Dask scheduler, which may be on other machines. Lost ones are Dask's own business."""

    window = 0

    def __init__(self, address: str, patience: float) -> None:
        """`patience` is how long, in seconds, a scheduler and then a first worker are waited for."""
        self.name = f"the scheduler {address}"
        self._address, self._patience = address, patience
        self._client: Any = None
        self._lonely_since: float | None = None

    @contextmanager
    def start(self, workers: int = 0) -> Iterator[Executor]:
        """The executor of a client of the scheduler."""
        try:
            from distributed import Client
        except ImportError as error:
            raise Unavailable("it needs Dask: pip install 'meshctl[fleet]'") from error
        import logging

        # What it has to say about lost connections is told by us.
        for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        try:
            self._client = Client(self._address, timeout=self._patience, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise Unavailable(f"it cannot be reached: {' '.join(str(error).split())}") from error
        try:
            # Equal tasks of two runs are two questions: Dask must not answer one with what it has of the other.
            yield self._client.get_executor(pure=False)
        finally:
            self._client.close(timeout=2)

    def trouble(self) -> str:
        """Whether the scheduler is gone, or has had no worker for too long."""
        if self._client is None or self._client.status != "running":
            return "it went away"
        if self._client.nthreads():
            self._lonely_since = None
            return ""
        self._lonely_since = self._lonely_since or monotonic()
        lonely = monotonic() - self._lonely_since
        return f"it has had no worker for {self._patience:g} s" if lonely > self._patience else ""


def workers_that_fit(clusters: int, largest: int) -> int:
    """As many processes as there are clusters, cores, and memory for clusters of `largest` bytes; at least one."""
    return max(1, min(clusters, _cores(), _available_memory() // max(largest, 1)))


def _begin() -> None:
    """A worker reads with one process, and leaves Ctrl-C to whoever started it."""
    import signal

    os.environ["MESHCTL_ONE_PROCESS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _available_memory() -> int:
    """Bytes that can be had without harm: those of the machine, or of the container where it is given less."""
    amounts = [_in_meminfo(), *(_left_in_container(*files) for files in _CONTAINER)]
    known = [amount for amount in amounts if amount is not None]
    return min(known) if known else 4 * 1024**3


_CONTAINER = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def _in_meminfo() -> int | None:
    for line in _read("/proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _left_in_container(limit: str, used: str) -> int | None:
    most, now = _read(limit).strip(), _read(used).strip()
    return max(0, int(most) - int(now)) if most.isdigit() and now.isdigit() else None


def _read(file: str) -> str:
    try:
        with open(file, encoding="ascii") as opened:
            return opened.read()
    except OSError:
        return ""
