"""Two BackendTLSPolicies are for the same port of the same Service.

Why: only one of them is used: the older one, or, where nobody knows that, the first by name. The other has no effect
(`Conflicted`), whatever it says about host and authority.

Example:
    kind: BackendTLSPolicy
    metadata: {name: payments-strict}   # there is another one of the same target
    spec:
      targetRefs: [{group: "", kind: Service, name: payments}]

Fix: keep one of them, or give each a port of its own by `sectionName`.

Silent when: the targets differ in name or `sectionName`: one for a port goes before one for the whole Service.
"""

from collections import defaultdict
from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Service, Severity, analyzer
from meshctl.analysis.api.gatewayapi import BackendTlsPolicy, TlsTarget, age, tls_targets


@analyzer("GWA308", "backend-tls-policies-conflict", Severity.WARNING, reads=(BackendTlsPolicy, Service))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    together: dict[tuple[str, str, str], list[TlsTarget]] = defaultdict(list)
    for target in tls_targets(mesh):
        together[target.policy.namespace, target.name, target.section].append(target)
    for same in together.values():
        first = min(same, key=lambda target: age(target.policy))
        for target in same:
            if target.policy is not first.policy:
                port = f"port {target.section} of " if target.section else ""
                yield Claim(
                    target.policy,
                    (*target.path, "name"),
                    f"BackendTLSPolicy {first.policy.name} is for {port}Service {target.name} as well and goes before"
                    " this one, which has no effect.",
                    fix="Keep one of them, or give each a port of its own.",
                    related=(Also(first.policy, first.path, "the same target"),),
                )
