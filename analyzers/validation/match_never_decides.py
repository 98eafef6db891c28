"""A match in a VirtualService repeats an earlier one, or is covered by it.

Why: the first match that fits is taken, so this one never is. Within one route it can be left out; in another route the
requests go elsewhere than it says.

Example:
    http:
    - match: [{uri: {prefix: /api}}]
      route: [{destination: {host: api}}]
    - match:
      - uri: {prefix: /api/v2}   # begins with /api
      - uri: {prefix: /static}
      route: [{destination: {host: web}}]

Fix: remove the match, or move it before the wider one.

Silent when: the earlier one asks for something else as well (a method, header, port, gateway, label of the caller); it
is a regular expression other than this one; or it is wider by more than a prefix of the path, which is MSH413.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, VirtualService, analyzer, shadowed


@analyzer("IST0131", "virtualservice-match-never-decides", Severity.INFO, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for shadow in shadowed(mesh):
        if shadow.of == "match" and shadow.evident:
            why = "is the same" if shadow.same else "takes all that it would"
            yield Claim(
                shadow.source,
                shadow.path,
                f"No request is decided by {shadow.label}: {shadow.earlier_label} before it {why}.",
                fix="Remove it, or move it to the front.",
                related=(Also(shadow.source, shadow.earlier, why),),
            )
