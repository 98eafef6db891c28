"""A DestinationRule is for a host that no Service and no ServiceEntry defines.

Why: the rule has no effect: its connection limits, outlier detection, TLS settings and subsets apply to nothing.

Example:
    kind: DestinationRule
    spec:
      host: reviewz     # there is a Service `reviews`

Fix: name an existing Service (short within its own namespace, else `name.namespace.svc.cluster.local`), or add a
ServiceEntry for a host outside the mesh.

A host that others alone see is a warning as well. Only an info: there is no host; a wildcard is for the whole mesh
(`*.local`), or covers hosts that exist (`*.shop.svc.cluster.local`); the namespaces that the rule is exported to do not
see the host, and its own does; the host is the namespace's own, and only others see it.

Silent when: a Service or ServiceEntry covers the host.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    EVERYWHERE,
    Claim,
    DestinationRule,
    MeshGraph,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    enumerated,
    hosts,
    rules_without_host,
    seen_target,
)


@analyzer(
    "IST0174",
    "destinationrule-host-not-found",
    Severity.WARNING,
    reads=(DestinationRule, Service, ServiceEntry),
    absent=(Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    lacking = {rule.id: missing for rule, missing in rules_without_host(mesh)}
    for rule in mesh.all(DestinationRule):
        if missing := lacking.get(rule.id):
            near = hosts(mesh).nearest(rule.host, rule.namespace)
            instead = f"Create {missing.name}, name a host that exists, or remove it."
            yield Claim(
                rule,
                ("spec", "host"),
                f"Host {rule.host} {ABSENT} as a Service or ServiceEntry: the rule applies to nothing.",
                fix=f"Did you mean {near}?" if near else instead,
                absent=missing,
            )
        elif not rule.host:
            # That the field is needed is said elsewhere.
            message = "The rule names no host, so it applies to nothing."
            fix = "Write the host that it is for."
            yield Claim(rule, ("spec", "host"), message, fix=fix, severity=Severity.INFO)
        elif seen_target(mesh, rule) is None:
            yield _unseen(mesh, rule)


def _unseen(mesh: MeshGraph, rule: DestinationRule) -> Claim:
    known = hosts(mesh)
    seen_here = known.find(rule.host, rule.namespace)
    there = seen_here or known.hidden(rule.host, rule.namespace)
    if there is None:
        message = f"{rule.host} is no host itself: the rule is for the hosts it covers that have no rule of their own."
        fix = "Nothing, if that is meant; subsets and settings for ports belong into the rule of a single host."
        return Claim(rule, ("spec", "host"), message, fix=fix, severity=Severity.INFO)
    owner = there.first
    if seen_here is not None:
        places = enumerated((e for e in rule.export_to if e != EVERYWHERE), len(rule.export_to)) or "others"
        return Claim(
            rule,
            ("spec", "host"),
            f"Host {rule.host} is not visible in {places}, which the rule is exported to: there it applies to nothing.",
            fix=f"Export {owner.id} to them as well, or the rule only to those who see the host.",
            severity=Severity.INFO if {EVERYWHERE, rule.namespace}.intersection(rule.export_to) else None,
        )
    if owner.namespace == rule.namespace:
        # What the owner of a host says is for those who see it.
        return Claim(
            rule,
            ("spec", "host"),
            f"Host {rule.host} is not visible in its own namespace: the rule is for those to whom {owner.id} is"
            " exported.",
            fix="Nothing, if that is meant.",
            severity=Severity.INFO,
        )
    return Claim(
        rule,
        ("spec", "host"),
        f"Host {rule.host} is not visible in namespace {rule.namespace}, because {owner.id} is exported to"
        " others only: the rule applies to nothing that proxies here can reach.",
        fix=f"Export {owner.id} to {rule.namespace} as well, or move the rule to those who see the host.",
    )
