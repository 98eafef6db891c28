"""A match in a VirtualService repeats an earlier one, or is covered by it, at least in part.

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

A match may get some requests still: those that an earlier one with a shorter prefix does not take because it asks for
something else as well (a gateway, a label of the caller, an authority), or that the delegate of an earlier route has no
route for. The message says so.

Silent when: the paths are no prefixes, or the earlier one asks for a method, header or port that this one does not ask
for; it is a regular expression other than this one; or it is wider by more than a prefix of the path, which is MSH413.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, VirtualService, analyzer, shadowed


@analyzer("IST0131", "virtualservice-match-never-decides", Severity.INFO, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for shadow in shadowed(mesh):
        if shadow.of == "match" and shadow.evident:
            why = "is the same" if shadow.same else "takes all that it would"
            message = f"No request is decided by {shadow.label}: {shadow.earlier_label} before it {why}."
            if shadow.rest == "others":
                why = "is for a prefix of its path, and comes first"
                message = f"Requests that {shadow.earlier_label} takes as well never get to {shadow.label}: it {why}."
            elif shadow.rest == "delegate":
                why = "goes to a delegate first"
                message = f"Only what the delegate of {shadow.earlier_label} has no route for gets to {shadow.label}."
            yield Claim(
                shadow.source,
                shadow.path,
                message,
                fix="Remove it, or move it to the front.",
                related=(Also(shadow.source, shadow.earlier, why),),
            )
