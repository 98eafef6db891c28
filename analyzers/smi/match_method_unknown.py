"""A match of an HTTPRouteGroup names a method that HTTP does not have.

Why: no request has that method, so the match fits none.

Example:
    kind: HTTPRouteGroup
    spec:
      matches:
      - {name: api, pathRegex: /api/.*, methods: [GTE]}

Fix: write a method of HTTP in capital letters, or `*` for all.

Silent when: each method is one of HTTP's.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Names, Severity, analyzer, numbered_texts
from meshctl.analysis.api.smi import HTTPRouteGroup

_METHODS = ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")


@analyzer("SMI303", "route-group-method-unknown", Severity.WARNING, reads=(HTTPRouteGroup,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for group in mesh.all(HTTPRouteGroup):
        for path, match in group.matches:
            for i, method in numbered_texts(match.get("methods")):
                if method not in _METHODS and method != "*":
                    capital = method.upper()
                    near = capital if capital in _METHODS else Names(_METHODS).nearest(capital)
                    yield Claim(
                        group,
                        (*path, "methods", i),
                        f"{method} is no method of HTTP: the match fits no request with it.",
                        fix=f"Did you mean {near}?" if near else "Write a method in capital letters, or * for all.",
                    )
