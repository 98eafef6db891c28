"""Several clusters at once, each with its own time limit: a dead one is named, and the others are read all the same."""

from collections.abc import Mapping, Sequence
from threading import Thread
from time import monotonic

from meshctl.model.result import Unread
from meshctl.sources.cluster.connection import Connection
from meshctl.sources.cluster.kubeconfig import Context, Inaccessible
from meshctl.sources.cluster.reading import PARALLEL, ClusterRead, read_cluster
from meshctl.sources.cluster.request import NoProgress, Progress, Request
from meshctl.sources.snapshot import Snapshot

# How long a cluster that is past its time is waited for: its own requests end by themselves before that.
_GRACE = 1.0
# So often somebody looks whether Ctrl-C was pressed.
_GLANCE = 0.1


def read_clusters(
    contexts: Sequence[Context], request: Request, *, timeout: float, progress: Progress | None = None
) -> Snapshot:
    """Read the clusters of these contexts. `timeout` (seconds) is that of each.

    With several, resources carry the name of their context as the cluster; a single one is the cluster without a name,
    as files are. What cannot be read is in the Snapshot's `unread` and coverage.
    """
    watching = progress or NoProgress()
    names = {context: context.name if len(contexts) > 1 else "" for context in contexts}
    tasks = [_Task(context, names[context], request, timeout, watching) for context in contexts]
    for task in tasks:
        task.start()
    until = monotonic() + timeout + _GRACE
    try:
        for task in tasks:
            while task.is_alive() and monotonic() < until:
                task.join(_GLANCE)
    finally:
        for task in tasks:
            task.stop()
    return _snapshot({task.context: task.outcome() for task in tasks}, names)


def _snapshot(read: Mapping[Context, "ClusterRead | str"], names: Mapping[Context, str]) -> Snapshot:
    done = {
        context: ClusterRead(unread=(Unread(f"cluster {context.name}", outcome),))
        if isinstance(outcome, str)
        else outcome
        for context, outcome in read.items()
    }
    return Snapshot(
        resources=tuple(resource for each in done.values() for resource in each.resources),
        inputs=tuple(f"context {context.name}" for context in done),
        unread=tuple(unread for each in done.values() for unread in each.unread),
        coverage={names[context]: each.coverage for context, each in done.items()},
    )


class _Task(Thread):
    """Reads one cluster. A daemon, so that one which does not come to an end does not keep the process alive."""

    def __init__(self, context: Context, name: str, request: Request, timeout: float, progress: Progress) -> None:
        super().__init__(daemon=True)
        self.context = context
        self._name, self._request, self._timeout, self._progress = name, request, timeout, progress
        self._connection: Connection | None = None
        self._outcome: ClusterRead | str = f"it did not answer within {timeout:g} s"

    def run(self) -> None:
        """Read, or keep the reason why not."""
        try:
            self._connection = Connection(self.context.configuration(), self._timeout, parallel=PARALLEL)
            self._outcome = read_cluster(self._connection, self._request, self._name, self.context.name, self._progress)
        except Inaccessible as error:
            self._outcome = str(error)
        except Exception as error:
            # Something that answers nearly as an API server does must not take the other clusters down.
            self._outcome = f"its answers make no sense: {type(error).__name__}: {error}"

    def stop(self) -> None:
        """Let it ask for nothing more."""
        if self._connection is not None:
            self._connection.stop()

    def outcome(self) -> ClusterRead | str:
        """What was read, or why nothing was."""
        return self._outcome
