"""A proxy adds more time to its requests than Istio has ever published for two of them.

Why: Istio's own measurements since 1.7 have at most 2.91 ms for the slowest hundredth of requests through two
sidecars. One proxy that needs more on the mean of all requests is short of CPU, or does something that costs: access
logs, Wasm, Lua, external authorization, a large configuration.

Example:
    template:
      metadata:
        annotations:
          sidecar.istio.io/proxyCPULimit: 10m

Fix: compare the CPU limit of the proxy with what it uses (`meshctl overhead`), then look at the filters and logs that
apply to this workload.

Silent when: the mean certainly is below 3 ms, measured over 100 requests or more; the requests that came in are not
the same as those that went out, because the proxy answered or repeated some; only Istio's standard metrics are
measured, for their difference holds the network.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Severity,
    Workload,
    analyzer,
    measured_route,
    measured_workload,
)

PUBLISHED = 3.0
ENOUGH = 100


@analyzer("MSH303", "proxy-slower-than-published", Severity.INFO, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for each in mesh.facts.latencies:
        if each.added is None or each.added_at_least is None or each.requests < ENOUGH:
            continue
        if each.added_at_least > PUBLISHED:
            yield Claim(
                measured_workload(mesh, each),
                ("metadata", "name"),
                f"The proxy adds {each.added:.1f} ms on the mean to {measured_route(each)}: Istio published at most "
                f"{PUBLISHED:g} ms at p99 for two sidecars since 1.7.",
                fix="Look at its CPU limit, and at the filters, access logs and authorization that apply to it.",
                key=(each.namespace, each.workload, each.span, each.route),
            )
