"""An intention asks for a token of a JWTProvider that does not exist.

Why: Consul refuses the intention; where the JWTProvider was deleted later, no token can be verified, and the requests
that need one are denied.

Example:
    kind: ServiceIntentions
    spec:
      jwt: {providers: [{name: okta}]}   # no JWTProvider okta

Fix: create the JWTProvider, or name one that exists.

Silent when: the JWTProvider exists, in any namespace of Kubernetes.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Names, Severity, analyzer
from meshctl.analysis.api.consul import JwtProvider, ServiceIntentions


@analyzer(
    "CSL305",
    "consul-jwt-provider-unknown",
    Severity.ERROR,
    reads=(ServiceIntentions, JwtProvider),
    absent=(JwtProvider,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = {provider.name for provider in mesh.all(JwtProvider)}
    names = Names(known)
    for entry in mesh.all(ServiceIntentions):
        for path, provider in entry.providers:
            if provider not in known:
                near = names.nearest(provider)
                yield Claim(
                    entry,
                    path,
                    f"JWTProvider {provider} {ABSENT}: Consul refuses these intentions.",
                    fix=f"Did you mean {near}?" if near else "Create it, or name one that exists.",
                    absent=Missing("JWTProvider", provider, JwtProvider.KINDS),
                )
