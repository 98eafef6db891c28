"""A DENY rule looks at attributes of HTTP alone, so it denies all TCP connections.

Why: what cannot be seen in a connection counts as fitting for DENY. On ports that are not HTTP, or not known to be,
every connection to the workload is closed.

Example:
    action: DENY
    rules:
    - to:
      - operation: {paths: [/admin*]}   # and which ports?

Fix: add `ports` of the HTTP services to the operation.

Silent when: the rule names ports, or `from` names something that TCP has as well, such as namespaces.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, MeshGraph, Severity, advised_against, analyzer


@analyzer("IST0133", "authorizationpolicy-questionable", Severity.WARNING, reads=(AuthorizationPolicy,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, AuthorizationPolicy)
