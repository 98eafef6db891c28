"""A rule of an AuthorizationPolicy for a gateway names a host that the gateway does not serve.

Why: requests for other hosts than those of its Gateways get no route. So nothing fits the rule: one that allows a host
written wrongly leaves the right one denied.

Example:
    kind: AuthorizationPolicy
    spec:
      selector: {matchLabels: {istio: ingressgateway}}
      rules: [{to: [{operation: {hosts: [shop.exmaple.com]}}]}]   # the Gateway has shop.example.com

Fix: write a host of the Gateway, `*.` for a part of one, and `:*` behind it where clients name the port.

Silent when: a Gateway of these pods has the host or one that overlaps; they have no Gateway at all in the input; the
pods are no gateways, or the policy names its targets.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, Gateway, MeshGraph, Missing, Severity, analyzer
from meshctl.analysis.api.authorization import HOST, SELECTION_READS, constraints, selections


@analyzer(
    "MSH441",
    "authorizationpolicy-gateway-host-not-served",
    Severity.WARNING,
    reads=SELECTION_READS,
    absent=(Gateway,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy, constraint in constraints(mesh):
        selected = selections(mesh).of(policy) if constraint.attribute == HOST else None
        if selected is None or not selected.are_gateways or not selected.gateways:
            continue
        for value in (*constraint.values, *constraint.excluded):
            host = value.text.lower().removesuffix(":*").partition(":")[0]
            if host and not host.endswith("*") and not any(True for _ in selected.gateway_hosts.overlapping(host)):
                yield Claim(
                    policy,
                    value.path,
                    f"A Gateway of these pods with the host {host} {ABSENT}, so no request that is served fits this.",
                    fix="Write a host of a Gateway that these pods serve.",
                    absent=Missing("host", host, Gateway.KINDS),
                )
