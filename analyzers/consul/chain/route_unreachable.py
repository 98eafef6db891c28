"""A route of a ServiceRouter never gets a request, for one before it takes them all.

Why: the first route that fits a request gets it. One behind a route for all requests, for a shorter prefix, or for the
same requests is never used, and neither are its timeouts, retries and destination.

Example:
    kind: ServiceRouter
    spec:
      routes:
      - match: {http: {pathPrefix: /}}
      - match: {http: {pathPrefix: /admin}}   # never used
        destination: {service: admin}

Fix: put the more exact route first, or remove it.

Silent when: the earlier one asks for methods, headers or parameters that the later one does not ask for; or the paths
are regular expressions that differ.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer, dotted
from meshctl.analysis.api.consul import ServiceRouter, covered_routes


@analyzer("CSL213", "consul-route-unreachable", Severity.WARNING, reads=(ServiceRouter,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for router in mesh.all(ServiceRouter):
        for covered in covered_routes(router):
            yield Claim(
                router,
                covered.path,
                f"{dotted(covered.by)} takes all requests for this route"
                + (", it is for the same" if covered.equal else "")
                + ": it is never used.",
                fix="Remove it." if covered.equal else f"Put it before {dotted(covered.by)}, or remove it.",
                related=(Also(router, covered.by, "takes the requests"),),
            )
