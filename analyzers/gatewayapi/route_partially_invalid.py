"""A controller uses a route without some of its rules.

Why: a rule was invalid, so the controller left it out (`Dropped Rule`), or went back to an older state of the route
(`Fall Back`). The route counts as accepted, and not all of what it says is in effect.

Example:
    kind: HTTPRoute
    status:
      parents:
      - conditions:
        - {type: PartiallyInvalid, status: "True", reason: UnsupportedValue, message: "Dropped Rule(s): 2"}

Fix: the message says which rule is invalid, and why.

Silent when: the condition is not True, or was reported of an older generation of the route.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.gatewayapi import GatewayApiStatus, wrong_conditions


@analyzer("GWA504", "route-partially-invalid", Severity.WARNING, reads=(GatewayApiStatus,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mesh.all(GatewayApiStatus):
        for condition in wrong_conditions(mesh, found) if found.conditions else ():
            if condition.type == "PartiallyInvalid":
                yield Claim(
                    found,
                    (*condition.path, "status"),
                    f"Only a part of the route is in effect for {condition.holder}{condition.because}.",
                    fix="Correct the rule that the message names.",
                    key=(condition.holder,),
                )
