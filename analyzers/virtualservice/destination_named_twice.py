"""A route names one destination twice.

Why: both shares go to the same pods. Mostly another subset or host was meant for one of them, which now gets nothing.

Example:
    http:
    - route:
      - {destination: {host: reviews, subset: v1}, weight: 90}
      - {destination: {host: reviews, subset: v1}, weight: 10}

Fix: write the subset or host that was meant, or make one destination of the two.

Silent when: the two differ in host, subset, port, or in the headers that they change.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Service,
    ServiceEntry,
    Severity,
    VirtualService,
    analyzer,
    hosts,
    integer,
    mapping,
    numbered,
    text,
)


@analyzer(
    "KIA1105",
    "virtualservice-destination-named-twice",
    Severity.WARNING,
    reads=(VirtualService, Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for vs in mesh.all(VirtualService):
        for protocol in ("http", "tls", "tcp"):
            for i, route in numbered(vs.spec.get(protocol)):
                seen: dict[tuple[str, str, int | None, str], int] = {}
                for j, target in numbered(route.get("route")):
                    to = mapping(target.get("destination"))
                    host, subset = text(to.get("host")), text(to.get("subset"))
                    port = integer(mapping(to.get("port")).get("number"))
                    key = (hosts(mesh).fqdn(host, vs.namespace), subset, port, repr(target.get("headers")))
                    if host and seen.setdefault(key, j) != j:
                        what = f"Subset {subset} of {host}" if subset else host
                        yield Claim(
                            vs,
                            ("spec", protocol, i, "route", j, "destination"),
                            f"{what} is a destination of this route already: both shares go to the same pods.",
                            fix="Write the subset or host that was meant, or make one destination of the two.",
                        )
