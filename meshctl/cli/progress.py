"""A progress bar on stderr for what takes its time."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# Longer names of clusters leave no room for the bar.
_NAME = 32


@contextmanager
def watching(quiet: bool, clusters: Iterable[str] = ()) -> "Iterator[ClusterBars | None]":
    """Bars while the block runs, gone afterwards; None with `--quiet`, in CI, and where nobody looks at stderr.

    Each of `clusters` has one from the beginning.
    """
    if quiet or os.environ.get("CI") or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[count]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield ClusterBars(bars, clusters)


class ClusterBars:
    """A bar for each cluster: lists that are read, and how many objects so far; it only moves until that is known."""

    def __init__(self, bars: "Progress", clusters: Iterable[str]) -> None:
        self._bars = bars
        self._lock = Lock()
        self._tasks: dict[str, TaskID] = {}
        self._objects: dict[str, int] = {}
        for cluster in clusters:
            self._add(cluster)

    def _add(self, cluster: str) -> None:
        self._objects[cluster] = 0
        self._tasks[cluster] = self._bars.add_task(f"Reading {shortened(cluster)}", total=None, count="")

    def planned(self, cluster: str, lists: int) -> None:
        """So many lists are going to be read."""
        with self._lock:
            if cluster not in self._tasks:
                self._add(cluster)
            self._bars.update(self._tasks[cluster], total=lists)

    def page(self, cluster: str, objects: int) -> None:
        """Count the objects of a page."""
        with self._lock:
            self._objects[cluster] += objects
            self._bars.update(self._tasks[cluster], count=f"{self._objects[cluster]:,} objects")

    def listed(self, cluster: str) -> None:
        """One list is done."""
        with self._lock:
            self._bars.advance(self._tasks[cluster])


def shortened(name: str) -> str:
    """A name with its middle left out where it is long: its ends are what tells contexts apart."""
    half = (_NAME - 1) // 2
    return name if len(name) <= _NAME else f"{name[:half]}…{name[-half:]}"
