"""A route of a VirtualService is never used, because earlier ones are wider: their matches take all that it matches.

Why: routes are tried in order, and the first that fits is taken. What is written behind a wider one has no effect.

Example:
    http:
    - match: [{uri: {prefix: /}}]
      route: [{destination: {host: shop}}]
    - match: [{uri: {exact: /login}}]   # begins with / as well
      route: [{destination: {host: login}}]

Fix: move the narrower route to the front, or remove it.

Silent when: the earlier route goes to a delegate, which has matches of its own; one match is a regular expression, so
that what both have in common is not known; or the matches are the same, which is IST0130.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, VirtualService, analyzer, shadowed


@analyzer("MSH413", "virtualservice-route-behind-wider-ones", Severity.WARNING, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for shadow in shadowed(mesh):
        if shadow.of == "route" and not shadow.evident:
            yield Claim(
                shadow.source,
                shadow.path,
                f"No request reaches {shadow.label}: {shadow.earlier_label} before it takes all that it matches.",
                fix="Move the narrower route to the front, or remove it.",
                related=(Also(shadow.source, shadow.earlier, "takes the requests first"),),
            )
