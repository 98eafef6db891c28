"""AuthorizationPolicies for the same workloads ask different providers.

Why: unless istiod is told otherwise, a workload has one provider. For several, the proxies ask none of them and deny
every request that fits one of the rules.

Example:
    spec: {action: CUSTOM, provider: {name: opa}, rules: [{}]}
    # and another policy for the same pods:
    spec: {action: CUSTOM, provider: {name: oauth2-proxy}, rules: [{to: [{operation: {paths: ["/login"]}}]}]}

Fix: ask one provider for each workload, or set PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS of a newer istiod.

Silent when: the selectors are not such that one takes in the other; a policy names its targets or is only tried.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, AuthorizationPolicy, Claim, ConfigMap, MeshGraph, Severity, analyzer
from meshctl.analysis.api.authorization import provider_name, rival_providers


@analyzer("MSH443", "authorizationpolicy-several-providers", Severity.WARNING, reads=(AuthorizationPolicy, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy, other in rival_providers(mesh):
        yield Claim(
            policy,
            ("spec", "provider", "name"),
            f"{other.id} asks {provider_name(other)} for the same workloads: with two providers istiod has proxies deny"
            " what fits either policy, unless PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS is set.",
            fix=f"Ask {provider_name(other)} here too, or set that variable of istiod.",
            related=(Also(other, ("spec", "provider", "name"), "asks another provider"),),
        )
