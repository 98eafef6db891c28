"""A route of a VirtualService is never used, because earlier ones take all that it matches.

Why: routes are tried in order. One without matches takes every request, and one with the same matches takes them too:
what is written behind it has no effect, though it is there to read.

Example:
    http:
    - route: [{destination: {host: shop}}]
    - match: [{uri: {prefix: /api}}]   # the route above takes all
      route: [{destination: {host: api}}]

Fix: move the narrower route to the front, or remove it.

Silent when: the earlier route goes to a delegate, which has matches of its own; or its matches are only wider, which is
MSH413. For `tcp` and `tls` only equal matches count, since Envoy takes the closest there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, VirtualService, analyzer, shadowed


@analyzer("IST0130", "virtualservice-route-never-used", Severity.WARNING, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for shadow in shadowed(mesh):
        if shadow.of == "route" and shadow.evident:
            yield Claim(
                shadow.source,
                shadow.path,
                f"No request reaches {shadow.label}: {shadow.earlier_label} before it takes all that it matches.",
                fix="Move the narrower route to the front, or remove it.",
                related=(Also(shadow.source, shadow.earlier, "takes the requests first"),),
            )
