"""What all resources together want of an outbound cluster."""

from collections.abc import Iterator

from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.viewpoint.policies import Policy
from meshctl.graph.viewpoint.provided import Provided, ProvidedPort
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.proxy.drift.balancing import BALANCING, wants_of_balancing
from meshctl.proxy.drift.clienttls import wants_of_tls
from meshctl.proxy.drift.connectionpool import RETRY_FLOOR, RETRY_SHARE, wants_of_connections, wants_of_http
from meshctl.proxy.drift.entries import wants_of_entry
from meshctl.proxy.drift.outliers import wants_of_detection
from meshctl.proxy.drift.values import number, percent
from meshctl.proxy.drift.wants import Want, want


def wants_of_policy(viewer: Viewer, found: Policy, port: ProvidedPort) -> Iterator[Want]:
    """What the traffic policy in force wants of a cluster."""
    pool = found.block("connectionPool")
    yield from wants_of_connections(viewer, pool)
    yield from wants_of_http(pool, port)
    yield from wants_of_balancing(found.block("loadBalancer"))
    yield from wants_of_detection(found.block("outlierDetection"))
    yield from wants_of_tls(found.block("tls"))
    if budget := found.block("retryBudget").fields:
        block = found.block("retryBudget")
        if "percent" in budget:
            yield want(block.source, (*block.path, "percent"), RETRY_SHARE, percent(budget["percent"]))
        if "minRetryConcurrency" in budget:
            wanted = number(budget["minRetryConcurrency"])
            yield want(block.source, (*block.path, "minRetryConcurrency"), RETRY_FLOOR, wanted)


def wants_of_cluster(viewer: Viewer, provider: Provided, port: ProvidedPort, found: Policy | None) -> Iterator[Want]:
    """What all resources want of one cluster."""
    passthrough = isinstance(provider.source, ServiceEntry) and provider.source.resolution == "NONE"
    if found is not None:
        yield from (w for w in wants_of_policy(viewer, found, port) if not (passthrough and w.aspect is BALANCING))
    if isinstance(provider.source, ServiceEntry):
        yield from wants_of_entry(provider.source, found)
