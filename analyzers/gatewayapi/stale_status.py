"""The status of a resource of the Gateway API is about an older generation of it.

Why: somebody changed the resource, and its controller has not looked at it since: it is overloaded, has lost its
rights, or is not running. What the status says is no longer true, and what was changed is probably not in effect.

Example:
    kind: HTTPRoute
    metadata: {generation: 5}
    status:
      parents:
      - conditions:
        - {type: Accepted, status: "True", observedGeneration: 3}

Fix: look at the controller: is it running, and what does its log say of this resource?

Silent when: the status is about the current generation, or does not say which it is about.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.gatewayapi import GatewayApiStatus


@analyzer("GWA502", "gateway-api-stale-status", Severity.WARNING, reads=(GatewayApiStatus,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mesh.all(GatewayApiStatus):
        stale = next((condition for condition in found.conditions if condition.stale), None)
        if stale:
            whom = f" about {stale.holder}" if stale.holder else ""
            yield Claim(
                found,
                (*stale.path, "observedGeneration"),
                f"The status{whom} is of an older generation than {found.metadata['generation']}: the controller has"
                " not looked at the latest change.",
                fix="Look at the controller: is it running, and what does its log say of this resource?",
            )
