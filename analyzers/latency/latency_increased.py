"""Requests take longer than before, by more than is allowed.

Why: a new version, a sidecar, a policy or a filter that costs time is seen by users first in the slowest requests.
The increase is a finding only if it is larger than the buckets of the histograms and the luck of the sample: the
ranges in which the two percentiles lie with 95 percent do not overlap.

Example:
    steps:
    - run: meshctl latency shop --prometheus http://prometheus:9090 --save before.json
    - run: kubectl rollout restart deployment -n shop
    - run: meshctl latency shop --prometheus http://prometheus:9090 --compare before.json --fail-on-increase p99=10%

Fix: look at the column ADDED of the same report to see whether the proxy or the application became slower; undo the
change, or raise the limit if the increase is accepted.

A limit of two, as 'p99=5ms|10%', fails where the increase is beyond either of them.

Silent when: no limit is given with --fail-on-increase; the requests are too few to tell (MSH302 then says so).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Severity,
    Workload,
    analyzer,
    limited_changes,
    measured_route,
    measured_workload,
    percentile_text,
)


@analyzer("MSH301", "latency-increased", Severity.ERROR, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for each, change in limited_changes(mesh):
        if not change.exceeded:
            continue
        name = f"p{change.after.q * 100:g}"
        yield Claim(
            measured_workload(mesh, each),
            ("metadata", "name"),
            f"{name} of {measured_route(each)} rose from {percentile_text(change.before)} to "
            f"{percentile_text(change.after)}: more than the {change.limit} that are allowed.",
            fix="Find out with the column ADDED whether the proxy or the application became slower, and undo the "
            "change; or allow more with --fail-on-increase.",
            key=(each.namespace, each.workload, each.span, each.route, name, change.limit),
        )
