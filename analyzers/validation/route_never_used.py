"""A route of a VirtualService is never used, because earlier ones take all that it matches.

Why: routes are tried in order. One without matches takes every request, and one with the same matches takes them too:
what is written behind it has no effect, though it is there to read.

Example:
    http:
    - route: [{destination: {host: shop}}]
    - match: [{uri: {prefix: /api}}]   # the route above takes all
      route: [{destination: {host: api}}]

Fix: move the narrower route to the front, or remove it.

Only an info where the earlier route goes to a delegate: what fits none of the delegate's own matches goes on to the
next route.

Silent when: the matches of the earlier routes are only wider, which is MSH413. For `tcp` and `tls` only equal matches
count, since Envoy takes the closest there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, VirtualService, analyzer, shadowed


@analyzer("IST0130", "virtualservice-route-never-used", Severity.WARNING, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for shadow in shadowed(mesh):
        if shadow.of == "route" and shadow.rest == "delegate":
            yield Claim(
                shadow.source,
                shadow.path,
                f"Only what the delegate of {shadow.earlier_label} has no route for gets to {shadow.label}.",
                fix="Move it to the front, or remove it, if the delegate takes all.",
                related=(Also(shadow.source, shadow.earlier, "goes to a delegate first"),),
                severity=Severity.INFO,
            )
        elif shadow.of == "route" and shadow.evident:
            yield Claim(
                shadow.source,
                shadow.path,
                f"No request reaches {shadow.label}: {shadow.earlier_label} before it takes all that it matches.",
                fix="Move the narrower route to the front, or remove it.",
                related=(Also(shadow.source, shadow.earlier, "takes the requests first"),),
            )
