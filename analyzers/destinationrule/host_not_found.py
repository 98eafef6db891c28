"""A DestinationRule is for a host that no Service and no ServiceEntry defines.

Why: the rule has no effect: its connection limits, outlier detection, TLS settings and subsets apply to nothing.

Example:
    kind: DestinationRule
    spec:
      host: reviewz     # there is a Service `reviews`

Fix: name an existing Service (short within its own namespace, else `name.namespace.svc.cluster.local`), or add a
ServiceEntry for a host outside the mesh.

Silent when: a ServiceEntry covers the host; a wildcard is for the whole mesh (`*.local`), or covers a host that exists
(`*.shop.svc.cluster.local`); the host is the namespace's own and only others see it. One that others alone see is a
warning as well.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    DestinationRule,
    MeshGraph,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    hosts,
    rules_without_host,
)


@analyzer(
    "IST0174",
    "destinationrule-host-not-found",
    Severity.WARNING,
    reads=(DestinationRule, Service, ServiceEntry),
    absent=(Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = hosts(mesh)
    for rule in mesh.all(DestinationRule):
        if known.find(rule.host, rule.namespace) is None and (hidden := known.hidden(rule.host, rule.namespace)):
            owner = min(hidden.providers, key=lambda provider: provider.id)
            if owner.namespace == rule.namespace:
                # What the owner of a host says is for those who see it.
                continue
            yield Claim(
                rule,
                ("spec", "host"),
                f"Host {rule.host} is not visible in namespace {rule.namespace}, because {owner.id} is exported to"
                " others only: the rule applies to nothing that proxies here can reach.",
                fix=f"Export {owner.id} to {rule.namespace} as well, or move the rule to those who see the host.",
            )
    for rule, missing in rules_without_host(mesh):
        near = hosts(mesh).nearest(rule.host, rule.namespace)
        yield Claim(
            rule,
            ("spec", "host"),
            f"Host {rule.host} {ABSENT} as a Service or ServiceEntry: the rule applies to nothing.",
            fix=f"Did you mean {near}?" if near else f"Create {missing.name}, name a host that exists, or remove it.",
            absent=missing,
        )
