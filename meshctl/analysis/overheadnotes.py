"""What the tables of `meshctl overhead` do not know, and how to know it."""

from collections.abc import Iterator

from meshctl.graph.kinds.metrics import PodMetrics
from meshctl.graph.mesh import MeshGraph
from meshctl.sources.cluster.optional import POD_METRICS


def notes(mesh: MeshGraph) -> Iterator[str]:
    """Sentences; none about files, which seldom say what is used."""
    if mesh.facts.proxy_uses:
        return
    known = {metrics.cluster for metrics in mesh.all(PodMetrics)}
    for cluster, coverage in sorted(mesh.snapshot.coverage.items()):
        if coverage.inferred or cluster in known:
            continue
        place = f" of {cluster}" if cluster else ""
        if why := coverage.unread.get(POD_METRICS):
            yield f"What the proxies{place} use is not known: PodMetrics (metrics.k8s.io) were not read: {why}."
        elif coverage.has_all([POD_METRICS]) or coverage.within:
            yield (
                f"What the proxies{place} use is not known: there are no PodMetrics. Install the metrics-server, or "
                "name a Prometheus with --prometheus URL."
            )
