"""A route or mirror names a subset that no DestinationRule defines for its host.

Why: Envoy has no cluster for the subset, so every request that takes this route gets a 503.

Example:
    kind: VirtualService
    spec:
      http:
      - route:
        - destination: {host: reviews, subset: v9}   # the DestinationRule of reviews has v1 and v2

Fix: name a subset that the DestinationRule has, or add it there.

Silent when: the host itself is known not to exist; a DestinationRule in the namespace of the VirtualService, in one it
is exported to, in that of the host, of one of its Gateways, or in the root namespace defines it, also by a wildcard
host. One that only proxies of other namespaces use makes this a warning.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Also,
    Claim,
    ConfigMap,
    DestinationRule,
    HostRules,
    MeshGraph,
    Missing,
    Route,
    Service,
    ServiceEntry,
    Severity,
    VirtualService,
    analyzer,
    destination_rules,
    enumerated,
    hosts,
    subset_uses,
)


@analyzer(
    "IST0101",
    "virtualservice-subset-not-found",
    Severity.ERROR,
    reads=(VirtualService, DestinationRule, Service, ServiceEntry, ConfigMap),
    absent=(DestinationRule,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for use in subset_uses(mesh):
        if use.missing and not _host_is_the_cause(mesh, use.route):
            yield _elsewhere(mesh, use.route) or _claim(use.route, use.missing, use.rules)


def _host_is_the_cause(mesh: MeshGraph, route: Route) -> bool:
    known, namespace = hosts(mesh), route.source.namespace
    return route.entry is None and (
        known.hidden(route.host, namespace) is not None or mesh.absence_is_proven(known.missing(route.host, namespace))
    )


def _elsewhere(mesh: MeshGraph, route: Route) -> Claim | None:
    for rule, subset in destination_rules(mesh).anywhere(route.host).by_subset.get(route.to.subset, ()):
        return Claim(
            route.source,
            (*route.to.path, "host"),
            f"Subset {subset.name} of {route.to.host} is known to some proxies only: {rule.id}, which defines"
            " it, is not for those of this VirtualService. For the others the route gives a 503.",
            fix=f"Move {rule.id} to the namespace of {route.host}, or export it.",
            related=(Also(rule, subset.path, f"subset {subset.name} is defined here"),),
            severity=Severity.WARNING,
            key=(subset.name,),
        )
    return None


def _claim(route: Route, missing: Missing, rules: HostRules) -> Claim:
    subset, names = route.to.subset, rules.subset_names
    near = rules.similar.nearest(subset)
    has = f"has {enumerated(names, len(names))}" if names else "has no subsets"
    if rules:
        what, fix = f"in {rules[0].id}, which {has}", f"Add subset {subset} to {rules[0].id}, or name one that it has."
    else:
        what, fix = "as no DestinationRule is for that host", f"Add a DestinationRule for {route.host} with {subset}."
    harm = "the copies of requests are lost" if route.to.mirror else "requests that take this route get a 503"
    return Claim(
        route.source,
        (*route.to.path, "host"),
        f"Subset {subset} of {route.to.host} {ABSENT} {what}: {harm}.",
        fix=f"Did you mean {near}?" if near else fix,
        related=tuple(Also(rule, ("spec", "host"), "the DestinationRule for the host") for rule in rules[:10]),
        absent=missing,
        key=(subset,),
    )
