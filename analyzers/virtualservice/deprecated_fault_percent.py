"""A fault injection states its share of requests as `percent`, which is deprecated.

Why: `percent` takes whole numbers only, is ignored where `percentage` stands beside it, and will be removed.

Example:
    kind: VirtualService
    spec:
      hosts: [ratings]
      http:
      - fault:
          delay: {percent: 10, fixedDelay: 5s}
        route:
        - destination: {host: ratings}

Fix: write `percentage: {value: 10}`.

Silent when: `percent` is 0.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, VirtualService, analyzer, integer, mapping, numbered


@analyzer("IST0002", "virtualservice-deprecated-fault-percent", Severity.WARNING, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for vs in mesh.all(VirtualService):
        for i, route in numbered(vs.spec.get("http")):
            if not (fault := mapping(route.get("fault"))):
                continue
            percent = integer(mapping(fault.get("delay")).get("percent"))
            if percent is not None and percent > 0:
                yield Claim(
                    vs,
                    ("spec", "http", i, "fault", "delay", "percent"),
                    "The field `percent` of a delay is deprecated and will be removed.",
                    fix=f"Write `percentage: {{value: {percent}}}` instead.",
                )
