"""A RequestAuthentication holds private or symmetric keys.

Why: keys that only check tokens are public. With a private one everybody who reads this resource can issue tokens.

Example:
    jwtRules:
    - issuer: https://accounts.example.com
      jwks: '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}'

Fix: keep the public keys alone, replace the pair, or let the proxies fetch the keys with jwksUri.

Silent when: the keys are got with jwksUri.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, RequestAuthentication, Severity, advised_against, analyzer


@analyzer("IST0133", "requestauthentication-questionable", Severity.WARNING, reads=(RequestAuthentication,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, RequestAuthentication)
