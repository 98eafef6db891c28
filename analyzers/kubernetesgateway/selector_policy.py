"""A policy selects pods of a Kubernetes Gateway by their labels instead of naming the Gateway.

Why: policies are attached to Gateways of the Gateway API by `targetRefs`. Waypoints do not look at selectors at all,
and other gateways only as long as istiod's ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY is on: requests that an
AuthorizationPolicy is meant to refuse get through.

Example:
    kind: AuthorizationPolicy
    spec:
      selector:
        matchLabels: {gateway.networking.k8s.io/gateway-name: bookinfo-gateway}

Fix: replace the selector by `targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: bookinfo-gateway}]`.

Silent when: the policy has targetRefs, has no selector, or selects no pods of a Gateway of its namespace. Looked at are
AuthorizationPolicy, RequestAuthentication, Telemetry and WasmPlugin, and Gateways that Istio deploys itself even
without their pods.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    KubernetesGateway,
    MeshGraph,
    Policy,
    Severity,
    Workload,
    analyzer,
    gateways_selected_by_label,
)


@analyzer(
    "IST0166", "selector-policy-on-kubernetes-gateway", Severity.WARNING, reads=(Policy, Workload, KubernetesGateway)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy, gateways in gateways_selected_by_label(mesh):
        for name, is_waypoint in gateways.items():
            reason = (
                f"Waypoint {name} does not look at selectors, so this policy has no effect on it."
                if is_waypoint
                else f"This selects the pods of Kubernetes Gateway {name}, which ignores selectors where istiod's "
                "ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY is off."
            )
            yield Claim(
                policy,
                policy.place,
                reason,
                fix=f"Replace the selector by targetRefs with kind Gateway and name {name}.",
                key=(name,),
            )
