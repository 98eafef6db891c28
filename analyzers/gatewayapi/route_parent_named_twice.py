"""A route names the same parent twice.

Why: parents have to differ, in name, namespace, `sectionName` or `port`. The definitions of the Gateway API refuse the
whole route, and a pipeline that applies it stops there.

Example:
    kind: HTTPRoute
    spec:
      parentRefs:
      - {name: public}
      - {name: public, namespace: shop}   # the route's own namespace

Fix: remove one of them, or give each the `sectionName` of another listener.

Silent when: the two differ in `sectionName` or `port`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, GatewayRoute, MeshGraph, ParentRef, Severity, analyzer


@analyzer("GWA206", "route-parent-named-twice", Severity.ERROR, reads=(GatewayRoute,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for route in mesh.all(GatewayRoute):
        seen: dict[tuple[object, ...], ParentRef] = {}
        for ref in route.parents:
            first = seen.setdefault((ref.kind, ref.namespace, ref.name, ref.section, ref.port), ref)
            if first is not ref:
                yield Claim(
                    route,
                    (*ref.path, "name"),
                    f"{ref} is a parent twice: the API server refuses the route.",
                    fix="Remove one of the two, or give each the sectionName of another listener.",
                    related=(Also(route, first.path, "the same parent"),),
                )
