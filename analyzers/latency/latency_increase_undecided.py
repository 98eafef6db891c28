"""Whether requests take longer than is allowed cannot be told from so few of them.

Why: a percentile is decided by the few requests beyond it: p99 of 200 requests by two. A gate that passes because
nothing can be told has not tested anything.

Example:
    steps:
    - run: meshctl latency --probe http://shop.example --requests 50 --compare before.json --fail-on-increase p99=5ms

Fix: measure more requests, before and after (1,000 for p99, 100 for p90); or set the limit on a lower percentile.
With Prometheus or /stats/prometheus the buckets may be too wide as well: Envoy's admin port tells more.

Silent when: no limit is given with --fail-on-increase; the increase is certainly within it, or certainly beyond it.
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
    percentile_text,
)


@analyzer("MSH302", "latency-increase-undecided", Severity.WARNING, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for each in mesh.facts.latencies:
        for change in each.changes:
            if not change.limit or change.exceeded is not None:
                continue
            name = f"p{change.after.q * 100:g}"
            few = not (change.before.confident and change.after.confident)
            reason = "so few requests" if few else "buckets so wide and so few requests"
            yield Claim(
                measured_workload(mesh, each),
                ("metadata", "name"),
                f"Whether {name} of {measured_route(each)} rose by more than {change.limit} cannot be told from "
                f"{reason}: it was {percentile_text(change.before)} and is {percentile_text(change.after)}.",
                fix="Measure more requests, before and after: 1,000 for p99, 100 for p90.",
                key=(each.namespace, each.workload, each.span, each.route, name, change.limit),
            )
