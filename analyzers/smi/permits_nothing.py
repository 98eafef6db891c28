"""A TrafficTarget names nobody who may call, or nothing that may be called.

Why: traffic is denied unless a TrafficTarget permits it, and this one permits nothing.

Example:
    kind: TrafficTarget
    spec:
      destination: {kind: ServiceAccount, name: orders, namespace: shop}
      rules: [{kind: HTTPRouteGroup, name: order-routes}]
      sources: []

Fix: write the accounts that may call under `sources`, and the routes under `rules`.

Silent when: it has sources and rules.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.smi import TrafficTarget


@analyzer("SMI207", "target-permits-nothing", Severity.WARNING, reads=(TrafficTarget,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for target in mesh.all(TrafficTarget):
        lacking = [name for name, part in (("sources", target.sources), ("rules", target.rules)) if not part]
        if target.destination and lacking:
            yield Claim(
                target,
                ("spec", lacking[0]) if lacking[0] in target.spec else ("spec",),
                f"The TrafficTarget has no {' and no '.join(lacking)}: it permits nothing.",
                fix="Write the accounts that may call under sources, and the routes under rules.",
            )
