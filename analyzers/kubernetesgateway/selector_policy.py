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

from collections.abc import Iterator, Sequence

from meshctl.analysis.api import (
    Claim,
    KubernetesGateway,
    MeshGraph,
    Policy,
    Severity,
    Workload,
    analyzer,
    enumerated,
    gateways_selected_by_label,
)

_SWITCH = "istiod's ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY"


@analyzer(
    "IST0166", "selector-policy-on-kubernetes-gateway", Severity.WARNING, reads=(Policy, Workload, KubernetesGateway)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy, gateways in gateways_selected_by_label(mesh):
        waypoints = [name for name, is_waypoint in gateways.items() if is_waypoint]
        others = [name for name, is_waypoint in gateways.items() if not is_waypoint]
        if waypoints:
            yield _claim(policy, waypoints, "Waypoints do not look at selectors: the policy has no effect on")
        if others:
            yield _claim(policy, others, f"Selectors are ignored where {_SWITCH} is off, and this selects the pods of")


def _claim(policy: Policy, names: Sequence[str], reason: str) -> Claim:
    return Claim(
        policy,
        policy.place,
        f"{reason} Kubernetes Gateway {enumerated(names, len(names))}.",
        fix=f"Replace the selector by targetRefs with kind Gateway and name {names[0]}.",
        key=(names[0],),
    )
