"""A proxy refused requests, because too many were waiting for a connection.

Why: a request that finds the queue of its cluster full is answered with 503 at once (`upstream_rq_pending_overflow`,
response flag UO). The limits are those of the connection pool in a DestinationRule: a limit that is too low for the
traffic makes errors that no application wrote.

Example:
    kind: DestinationRule
    spec:
      host: cart
      trafficPolicy:
        connectionPool:
          http: {http1MaxPendingRequests: 1}

Fix: raise http1MaxPendingRequests, http2MaxRequests or maxConnections of this host, or give it more replicas; leave
it where refusing is what the limit is for.

Silent when: nothing was refused since the proxy started or, with --window, within it; the proxy leaves this counter
out, as it does with Istio's default statistics.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Workload, analyzer, measured_route, measured_workload


@analyzer("MSH304", "requests-overflow", Severity.WARNING, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for each in mesh.facts.latencies:
        if each.overflows:
            yield Claim(
                measured_workload(mesh, each),
                ("metadata", "name"),
                f"{each.overflows:,} of {measured_route(each)} were refused with 503, for too many were waiting for a "
                "connection.",
                fix="Raise connectionPool.http.http1MaxPendingRequests, http2MaxRequests or connectionPool.tcp."
                "maxConnections in the DestinationRule of this host, or add replicas.",
                key=(each.namespace, each.workload, each.span, each.route),
            )
