"""A policy of Istio is for a Gateway, Service or ServiceEntry that does not exist.

Why: the policy applies to nothing. What an AuthorizationPolicy was to refuse gets through, tokens are not looked at,
and nobody gets an error when applying it.

Example:
    kind: AuthorizationPolicy
    metadata: {namespace: shop}
    spec:
      targetRefs:
      - {group: "", kind: Service, name: revews}   # reviews

Fix: name something in the namespace of the policy: targets in other namespaces are not possible.

Silent when: the target exists, or pods of such a Gateway do; or it is a GatewayClass or of a kind that Istio does not
take.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    KubernetesGateway,
    MeshGraph,
    Missing,
    Policy,
    Service,
    ServiceEntry,
    Severity,
    Workload,
    analyzer,
    kubernetes_gateway_names,
    policy_targets,
    service_names,
)


@analyzer(
    "GWA311",
    "policy-target-not-found",
    Severity.ERROR,
    reads=(Policy, KubernetesGateway, Service, ServiceEntry, Workload),
    absent=(KubernetesGateway, Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for target in policy_targets(mesh):
        if target.found:
            continue
        policy, full_name = target.policy, f"{target.policy.namespace}/{target.name}"
        names = {"Gateway": kubernetes_gateway_names, "Service": service_names}.get(target.kind.kind)
        yield Claim(
            policy,
            (*target.path, "name"),
            f"{target} {ABSENT}: this {policy.id.kind} applies to nothing there.",
            fix=(names and names(mesh).meant(full_name, policy.namespace))
            or f"Name a {target.kind.kind} of namespace {policy.namespace}.",
            absent=Missing(target.kind.kind, full_name, (target.kind,), policy.namespace),
        )
