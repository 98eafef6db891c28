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

from collections import defaultdict
from collections.abc import Iterator

from meshctl.analysis.api import (
    Change,
    Claim,
    MeshGraph,
    RouteLatency,
    Severity,
    Workload,
    analyzer,
    enumerated,
    limited_changes,
    measured_route,
    measured_workload,
    percentile_text,
)


@analyzer("MSH302", "latency-increase-undecided", Severity.WARNING, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    undecided: dict[tuple[str, str], list[tuple[RouteLatency, Change]]] = defaultdict(list)
    for each, change in limited_changes(mesh):
        if change.exceeded is None:
            undecided[f"p{change.after.q * 100:g}", change.limit].append((each, change))
    for (name, limit), those in undecided.items():
        (first, change), *_ = those
        few = not all(change.before.confident and change.after.confident for _, change in those)
        values = f": it was {percentile_text(change.before)} and is {percentile_text(change.after)}"
        routes = enumerated((measured_route(each) for each, _ in those), len(those))
        yield Claim(
            measured_workload(mesh, first),
            ("metadata", "name"),
            f"Whether {name} of {routes} rose by more than {limit} cannot be told from "
            f"{'so few requests' if few else 'buckets so wide'}{values if len(those) == 1 else ''}.",
            fix="Measure more requests, before and after: 1,000 for p99, 100 for p90.",
            key=(name, limit),
        )
