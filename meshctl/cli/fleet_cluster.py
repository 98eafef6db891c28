"""One cluster of a fleet, in a worker: it is read, examined and forgotten; its findings and a summary go back."""

import gc
import traceback
from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import structs

from meshctl import __version__
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.fleet.examine import cluster_names, examine, failed, named, reads
from meshctl.analysis.fleet.task import Task, decode_task, encode_examined
from meshctl.analysis.grading import graded
from meshctl.analysis.registry import choose, load
from meshctl.graph.mesh import MeshGraph
from meshctl.model.fleet import Examined, LatencySum
from meshctl.model.ids import KindKey
from meshctl.model.result import Unread
from meshctl.sources.cluster.kubeconfig import Context, contexts
from meshctl.sources.errors import InputError
from meshctl.sources.snapshot import Snapshot

_POD = KindKey("", "Pod")
_SECRET = KindKey("", "Secret")
_Latencies = tuple[Mapping[str, LatencySum], Sequence[Unread]]
_NOT_ASKED: _Latencies = ({}, ())


def examine_cluster(task: bytes) -> bytes:
    """The answer to a task. Raises nothing: what goes wrong is part of the answer."""
    # What one cluster leaves behind must be gone before the next comes; while it is read, looking for it is a waste.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return encode_examined(_examined(decode_task(task)))
    finally:
        gc.collect()
        if collecting:
            gc.enable()


def _examined(task: Task) -> Examined:
    if task.version != __version__:
        return failed(task.source, f"its worker has meshctl {__version__}, and {task.version} was asked for")
    try:
        analyzers = _analyzers(task)
        snapshot, latencies, lost = _read(task, analyzers)
        if snapshot.unread and not snapshot.resources:
            # Nothing is known of it, not even that it lacks what others have.
            return structs.replace(failed(task.source, ""), unread=snapshot.unread)
        found = examine(
            MeshGraph(snapshot, task.settings),
            analyzers,
            task.source,
            namespace=task.namespace,
            compare=task.compare,
            latencies=latencies,
        )
    except InputError as error:
        return failed(task.source, str(error))
    except Exception as error:
        # The other clusters are none the worse for it.
        why = f"meshctl has a bug: {type(error).__name__}: {error}"
        return failed(task.source, why, traceback.format_exc())
    return structs.replace(found, unread=(*found.unread, *lost))


def _analyzers(task: Task) -> tuple[Analyzer, ...]:
    return graded(choose(_every(), task.select, task.ignore), task.severity)


@cache
def _every() -> tuple[Analyzer, ...]:
    return load()


def _read(task: Task, analyzers: Sequence[Analyzer]) -> tuple[Snapshot, Mapping[str, LatencySum], Sequence[Unread]]:
    """What there is of the cluster; with what its proxies have counted, and which of them could not be asked."""
    source = task.source
    if source.path:
        snapshot = _files(task)
        latencies, lost = _recorded(task) if task.latency else _NOT_ASKED
    else:
        context, *_ = contexts(source.kubeconfig, [source.context] if source.context else [])
        snapshot = _live(task, context, reads(analyzers, compare=task.compare) | {_POD})
        latencies, lost = _asked(task, context, snapshot) if task.latency else _NOT_ASKED
        # The cluster itself is named already, and there is only one in the eyes of whoever read it.
        lost = [_of(source.name, unread) for unread in lost]
        snapshot = structs.replace(snapshot, unread=tuple(_of(source.name, unread) for unread in snapshot.unread))
    clusters = snapshot.coverage.keys() | {resource.id.cluster for resource in snapshot.resources}
    names = cluster_names(clusters, source.name)
    return named(snapshot, names), {names.get(name, source.name): sums for name, sums in latencies.items()}, lost


def _files(task: Task) -> Snapshot:
    from meshctl.sources.cache import DocumentCache, default_cache_folder
    from meshctl.sources.exclusion import Exclusion
    from meshctl.sources.files import read_files

    return read_files(
        [task.source.path],
        default_namespace=task.namespace or "default",
        whole=task.complete,
        cache=DocumentCache(default_cache_folder()) if task.cache else None,
        timeout=task.timeout,
        exclude=Exclusion(task.exclude, task.exclude_below),
    )


def _live(task: Task, context: Context, kinds: frozenset[KindKey]) -> Snapshot:
    from meshctl.sources.cluster.clusters import read_clusters
    from meshctl.sources.cluster.request import Request

    request = Request(
        kinds=kinds,
        namespace=task.namespace,
        istio_namespace=task.settings.istio_namespace,
        secret_contents=_SECRET in kinds,
        configured=task.settings.mesh_config is not None,
    )
    return read_clusters([context], request, timeout=task.timeout)


def _asked(task: Task, context: Context, snapshot: Snapshot) -> _Latencies:
    """What the proxies that run say."""
    from meshctl.proxy.kinds import REQUESTS
    from meshctl.proxy.latency.totals import latency_sums
    from meshctl.proxy.reached import Reached, Wanted
    from meshctl.proxy.transports.deadline import Deadline

    wanted = Wanted(task.namespace, tells=REQUESTS)
    with Reached([context], Deadline(task.timeout)) as reached:
        return latency_sums(reached.gather(MeshGraph(snapshot, task.settings), wanted, control_planes=False))


def _recorded(task: Task) -> _Latencies:
    """What was recorded of the proxies in a bundle; manifests have none."""
    from meshctl.proxy.gather import NoSource, Sources, gather
    from meshctl.proxy.latency.totals import latency_sums
    from meshctl.sources.bundle.recognized import is_bundle

    if not is_bundle(task.source.path):
        return _NOT_ASKED
    try:
        return latency_sums(gather(Sources(dumps=[task.source.path])))
    except NoSource:
        return _NOT_ASKED


def _of(cluster: str, unread: Unread) -> Unread:
    return unread if unread.what.startswith("cluster ") else Unread(f"{unread.what} of {cluster}", unread.why)
