"""An AuthorizationPolicy has a value that Istio refuses.

Why: a refused policy protects nothing. The requests that it should deny are let through.

Example:
    action: ALLOW
    rules:
    - from:
      - source: {ipBlocks: [10.0.0.0/33]}

Fix: correct the value; a rule says `from`, `to` or `when`, each with content.

Silent when: the policy is valid and never fits: namespaces and principals that do not exist have their own checks.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, MeshGraph, Severity, analyzer, refused


@analyzer("IST0106", "authorizationpolicy-invalid", Severity.ERROR, reads=(AuthorizationPolicy,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, AuthorizationPolicy)
