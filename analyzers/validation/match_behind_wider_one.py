"""A match in a VirtualService never decides, because an earlier one is wider by more than a prefix of the path.

Why: the first match that fits is taken, so this one never is. The rest of its route is used as before.

Example:
    http:
    - match: [{uri: {prefix: /api}}]
      route: [{destination: {host: api}}]
    - match:
      - uri: {exact: /api/login}   # begins with /api
      - uri: {prefix: /static}
      route: [{destination: {host: web}}]

Fix: remove the match, or move it before the wider one.

Silent when: its whole route is never used, which is said of the route; both are prefixes of paths or the same, which is
IST0131; or the earlier one is a regular expression.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, VirtualService, analyzer, shadowed


@analyzer("MSH413", "virtualservice-match-behind-wider-one", Severity.INFO, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    found = shadowed(mesh)
    unused = {(shadow.source.id, shadow.path) for shadow in found if shadow.of == "route" and shadow.rest == "nothing"}
    for shadow in found:
        if shadow.of == "match" and not shadow.evident and (shadow.source.id, shadow.path[:3]) not in unused:
            yield Claim(
                shadow.source,
                shadow.path,
                f"No request is decided by {shadow.label}: {shadow.earlier_label} before it takes all that it would.",
                fix="Remove it, or move it to the front.",
                related=(Also(shadow.source, shadow.earlier, "takes all that it would"),),
            )
