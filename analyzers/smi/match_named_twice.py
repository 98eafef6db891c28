"""Two matches of an HTTPRouteGroup have one name.

Why: others refer to a match by its name, and mean both or one of them, as the controller likes.

Example:
    kind: HTTPRouteGroup
    spec:
      matches:
      - {name: api, pathRegex: /api/.*, methods: [GET]}
      - {name: api, pathRegex: /v2/.*, methods: ["*"]}

Fix: give each match a name of its own.

Silent when: no name is there twice.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer, text
from meshctl.analysis.api.smi import HTTPRouteGroup


@analyzer("SMI301", "route-group-match-named-twice", Severity.WARNING, reads=(HTTPRouteGroup,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for group in mesh.all(HTTPRouteGroup):
        seen: set[str] = set()
        for path, match in group.matches:
            name = text(match.get("name"))
            if name and name in seen:
                yield Claim(
                    group,
                    (*path, "name"),
                    f"The group has a match {name} already: a rule that names it means one of them or both.",
                    fix="Give each match a name of its own.",
                )
            seen.add(name)
