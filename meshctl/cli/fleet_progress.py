"""A bar on stderr for a run over many clusters: how many are done, have failed, and are left."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def watching_fleet(quiet: bool, clusters: int) -> "Iterator[FleetBar]":
    """The bar while the block runs, gone afterwards; nothing to see with `--quiet`, in CI, and where nobody looks."""
    if quiet or os.environ.get("CI") or not sys.stderr.isatty():
        yield FleetBar(None, clusters)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[count]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield FleetBar(bars, clusters)


class FleetBar:
    """Counts clusters."""

    def __init__(self, bars: "Progress | None", clusters: int) -> None:
        self._bars, self._clusters = bars, clusters
        self.done = self.failed = 0
        if bars:
            self._task = bars.add_task("Clusters", total=clusters, count=self.count)

    @property
    def count(self) -> str:
        """`12 done, 1 failed, 187 left`."""
        return f"{self.done:,} done, {self.failed:,} failed, {self._clusters - self.done - self.failed:,} left"

    def ended(self, *, failed: bool) -> None:
        """One more cluster has been examined, or could not be."""
        self.failed += failed
        self.done += not failed
        if self._bars:
            self._bars.update(self._task, completed=self.done + self.failed, count=self.count)
