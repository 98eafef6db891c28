"""An AuthorizationPolicy asks a provider that the MeshConfig does not define, or that does not authorize.

Why: istiod cannot have anybody asked then, and has the proxies deny what fits the rules: every such request gets a 403.

Example:
    spec:
      action: CUSTOM
      provider: {name: oauth}   # the MeshConfig calls it oauth2-proxy

Fix: write the name of an entry of `extensionProviders` with `envoyExtAuthzHttp` or `envoyExtAuthzGrpc`, or add one.

Silent when: the MeshConfig is not in the input, or no provider is named (IST0106).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    AuthorizationPolicy,
    Claim,
    ConfigMap,
    MeshGraph,
    Names,
    Severity,
    analyzer,
    mesh_config,
)
from meshctl.analysis.api.authorization import action_of, authorizers, provider_name, provider_problem


@analyzer("MSH437", "authorizationpolicy-provider-not-found", Severity.ERROR, reads=(AuthorizationPolicy, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy in mesh.all(AuthorizationPolicy):
        name = provider_name(policy)
        if action_of(policy) == "CUSTOM" and name and (problem := provider_problem(mesh, policy)):
            known = authorizers(mesh_config(mesh))
            near = Names(known).nearest(name)
            yield Claim(
                policy,
                ("spec", "provider", "name"),
                f"The provider {name} {problem}, so proxies deny every request that fits the rules.",
                fix=f"Did you mean {near}?" if near else f"Use {' or '.join(known)}." if known else "Add the provider.",
            )
