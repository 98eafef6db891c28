"""Several clusters at once, each with its own time limit: a dead one is named, and the others are read all the same."""

from collections.abc import Mapping, Sequence
from functools import partial

from meshctl.model.result import Unread
from meshctl.sources.cluster.connection import Connection
from meshctl.sources.cluster.each import ask_each
from meshctl.sources.cluster.kubeconfig import Context
from meshctl.sources.cluster.reading import PARALLEL, ClusterRead, read_cluster
from meshctl.sources.cluster.request import NoProgress, Progress, Request
from meshctl.sources.snapshot import Snapshot


def read_clusters(
    contexts: Sequence[Context], request: Request, *, timeout: float, progress: Progress | None = None
) -> Snapshot:
    """Read the clusters of these contexts. `timeout` (seconds) is that of each.

    With several, resources carry the name of their context as the cluster; a single one is the cluster without a name,
    as files are. What cannot be read is in the Snapshot's `unread` and coverage.
    """
    names = {context: context.name if len(contexts) > 1 else "" for context in contexts}
    read = partial(_read, request=request, names=names, progress=progress or NoProgress())
    return _snapshot(ask_each(contexts, read, timeout=timeout, parallel=PARALLEL), names)


def _read(
    connection: Connection, context: Context, *, request: Request, names: Mapping[Context, str], progress: Progress
) -> ClusterRead:
    return read_cluster(connection, request, names[context], context.name, progress)


def _snapshot(read: Mapping[Context, ClusterRead | str], names: Mapping[Context, str]) -> Snapshot:
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
