"""A match of a route never gets a request, for an equal one takes them all.

Why: of several equal matches for a host, that of the oldest route counts, then that of the first by namespace and name,
then that of the first rule. The other rule, with its backends, filters and timeouts, is never used.

Example:
    kind: HTTPRoute
    spec:
      rules:
      - {matches: [{path: {value: /api}}], backendRefs: [{name: api-v1, port: 80}]}
      - {matches: [{path: {value: /api/}}], backendRefs: [{name: api-v2, port: 80}]}

Fix: remove one of the two, or put the backends into one rule and share the requests out by weight.

Silent when: the matches, hosts, parents, or `sectionName`s differ, also where one is wider than the other; or both
are in one rule.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    GatewayRoute,
    MeshGraph,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    dotted,
)
from meshctl.analysis.api.gatewayapi import ListenerOwner, SameMatch, same_matches


@analyzer(
    "GWA310",
    "rule-behind-equal-one",
    Severity.WARNING,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for same in same_matches(mesh):
        route, first = same.match.route, same.first.route
        yield Claim(
            route,
            same.match.path,
            _message(same),
            fix="Remove one of the two, or share the requests out by weight in one rule.",
            related=(Also(first, same.first.path, "takes the requests"),),
        )


def _message(same: SameMatch) -> str:
    route, first = same.match.route, same.first.route
    whose = "this match" if same.match.path != same.match.rule else "this rule"
    if first is route:
        return f"An equal match of {dotted(same.first.rule)} takes all requests for {whose}: it is never used."
    if all(view.metadata.get("creationTimestamp") for view in (route, first)):
        return f"{first.id} goes first, and an equal match of it takes all requests for {whose}: it is never used."
    return f"{first.id} has an equal match, and only that of the older route is ever used."
