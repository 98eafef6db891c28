"""A progress bar on stderr for reads that take their time."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def watching(quiet: bool) -> "Iterator[ClusterBars | None]":
    """Bars while the block runs, gone afterwards; None with `--quiet`, in CI, and where nobody looks at stderr."""
    if quiet or os.environ.get("CI") or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield ClusterBars(bars)


class ClusterBars:
    """A bar for each cluster: lists that are read, and how many objects so far."""

    def __init__(self, bars: "Progress") -> None:
        self._bars = bars
        self._lock = Lock()
        self._tasks: dict[str, TaskID] = {}
        self._objects: dict[str, int] = {}

    def planned(self, cluster: str, lists: int) -> None:
        """Show a bar for this many lists."""
        with self._lock:
            self._objects[cluster] = 0
            self._tasks[cluster] = self._bars.add_task(f"Reading {cluster}", total=lists, count="")

    def page(self, cluster: str, objects: int) -> None:
        """Count the objects of a page."""
        with self._lock:
            self._objects[cluster] += objects
            self._bars.update(self._tasks[cluster], count=f"{self._objects[cluster]:,} objects")

    def listed(self, cluster: str) -> None:
        """One list is done."""
        with self._lock:
            self._bars.advance(self._tasks[cluster])
