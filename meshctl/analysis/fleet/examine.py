"""The map: of one cluster its findings, and the small rest that the fleet is told from."""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Raw, structs

from meshctl import __version__
from meshctl.analysis.analyze import Analysis, analyze, kinds_of
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.overhead import READS as OVERHEAD_READS
from meshctl.analysis.overhead import overhead
from meshctl.graph.clusters import meshes
from meshctl.graph.fleet.compared import (
    COMPARED,
    compared,
    digest,
    encoded,
    encoded_places,
    identity_text,
    our_annotations,
)
from meshctl.graph.fleet.versions import installed_revisions, running_proxies
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.view import kinds_in
from meshctl.model.fleet import Examined, LatencySum, Source, Summary
from meshctl.model.ids import KindKey
from meshctl.model.resource import Resource
from meshctl.model.result import Unread
from meshctl.sources.snapshot import Coverage, Snapshot

SUBJECT = "fleet"
_SUMS = ("workloads", "pods", "cpuRequest", "memoryRequest", "cpuLimit", "memoryLimit", "cpuUsed", "memoryUsed")


def reads(analyzers: Sequence[Analyzer], *, compare: bool) -> frozenset[KindKey]:
    """The kinds that a cluster is examined by."""
    return kinds_of(analyzers) | OVERHEAD_READS | (kinds_in(*COMPARED) if compare else frozenset())


def cluster_names(clusters: Collection[str], source: str) -> Mapping[str, str]:
    """What the clusters of a source are called in the fleet: as the source, or one of several by its own name too."""
    several = len(clusters) > 1
    return {cluster: f"{source}/{cluster}" if several and cluster else source for cluster in clusters or {""}}


def named(snapshot: Snapshot, names: Mapping[str, str]) -> Snapshot:
    """The snapshot with other names of its clusters."""
    return structs.replace(
        snapshot,
        resources=tuple(
            Resource(r.id._replace(cluster=names[r.id.cluster]), r.version, r.data, r.origin)
            for r in snapshot.resources
        ),
        problems=tuple(
            structs.replace(p, resource=p.resource and p.resource._replace(cluster=names[p.resource.cluster]))
            for p in snapshot.problems
        ),
        coverage={name: snapshot.coverage.get(cluster, Coverage()) for cluster, name in names.items()},
    )


def examine(
    mesh: MeshGraph,
    analyzers: Sequence[Analyzer],
    source: Source,
    *,
    namespace: str = "",
    compare: bool = True,
    latencies: Mapping[str, LatencySum] | None = None,
) -> Examined:
    """Run the checks over what was read of a source, and sum up each of its clusters.

    `latencies` are by cluster. `namespace` limits what is reported and compared.
    """
    analysis = analyze(mesh, [a for a in analyzers if a.subject != SUBJECT], namespace=namespace)
    totals = {row["cluster"]: row for row in overhead(mesh, (), namespace=namespace).result.tables["overheadTotal"]}
    summaries = tuple(
        structs.replace(
            _summary(part, source, namespace, compare=compare),
            overhead={key: totals[cluster][key] for key in _SUMS} if cluster in totals else {},
            latency=(latencies or {}).get(cluster),
        )
        for part in meshes(mesh)
        for cluster in part.clusters
    )
    return _examined(analysis, source, summaries)


def failed(source: Source, why: str, crash: str = "") -> Examined:
    """What there is to say of a source that could not be examined."""
    return Examined(
        __version__,
        inputs=(source.shown,),
        unread=(Unread(f"cluster {source.name}", why),),
        crashes=(("", crash),) if crash else (),
    )


def _examined(analysis: Analysis, source: Source, summaries: tuple[Summary, ...]) -> Examined:
    result = analysis.result
    return Examined(
        __version__,
        clusters=summaries,
        inputs=(source.shown,),
        # What `--fix` would do is no part of a report about many clusters.
        findings=tuple(structs.replace(finding, edit=None) for finding in result.findings),
        suppressed=result.suppressed,
        set_aside=tuple(structs.replace(a, finding=structs.replace(a.finding, edit=None)) for a in result.set_aside),
        skipped=tuple(result.skipped),
        unread=tuple(result.unread),
        crashes=tuple((f"{crash.analyzer.code} {crash.analyzer.name}", crash.traceback) for crash in analysis.crashes),
        resources=result.resources,
        files=result.files,
    )


def _summary(mesh: MeshGraph, source: Source, namespace: str, *, compare: bool) -> Summary:
    (cluster,) = mesh.clusters
    coverage = mesh.snapshot.coverage.get(cluster, Coverage())
    plain = Summary(
        cluster=cluster,
        labels=source.labels,
        resources=sum(resource.id.cluster == cluster for resource in mesh.snapshot.resources),
        kubernetes=coverage.version,
        control_planes=installed_revisions(mesh),
        proxies=running_proxies(mesh),
    )
    return _with_compared(plain, mesh, coverage, namespace) if compare else plain


def _with_compared(plain: Summary, mesh: MeshGraph, coverage: Coverage, namespace: str) -> Summary:
    digests, bodies, views, annotations = {}, {}, {}, {}
    for view, leaves in compared(mesh):
        if namespace and view.id.home != namespace:
            continue
        key, body = identity_text(view.id), encoded(leaves)
        digests[key] = digest(body)
        bodies[digests[key]] = Raw(body)
        views[key] = view
        if ours := our_annotations(view):
            annotations[key] = ours
    kinds = kinds_in(*COMPARED)
    return structs.replace(
        plain,
        compared=digests,
        bodies=bodies,
        places=encoded_places(views),
        annotations=annotations,
        whole=frozenset("\t".join(kind) for kind in kinds if coverage.has_all([kind], namespace)),
        unread=frozenset("\t".join(kind) for kind in kinds if kind in coverage.unread),
    )
