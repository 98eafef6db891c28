"""A RequestAuthentication has a value that Istio refuses.

Why: tokens are then not checked at all, and policies that ask for claims deny everybody.

Example:
    jwtRules:
    - issuer: https://accounts.example.com
      jwksUri: accounts.example.com/keys   # no scheme

Fix: write jwksUri with https, keys as a JSON Web Key set, and names that are not empty.

Silent when: the address of the keys cannot be reached: nobody asks it.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, RequestAuthentication, Severity, analyzer, refused


@analyzer("IST0106", "requestauthentication-invalid", Severity.ERROR, reads=(RequestAuthentication,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, RequestAuthentication)
