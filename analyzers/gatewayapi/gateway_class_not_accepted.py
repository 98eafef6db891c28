"""A GatewayClass is refused by its controller, or no controller has looked at it.

Why: nobody serves the Gateways of the class: they get no proxy and no address. A controller that is not installed, or
was started without the Gateway API, leaves the class at `Waiting for controller`.

Example:
    kind: GatewayClass
    metadata: {name: istio}
    spec: {controllerName: istio.io/gateway-controler}
    status:
      conditions:
      - {type: Accepted, status: Unknown, reason: Pending, message: Waiting for controller}

Fix: correct `controllerName`, or install the controller; otherwise the message says what is lacking.

Silent when: the class is accepted, or is younger than a minute, or its status was not read. A version of the Gateway
API that the controller does not support is a warning.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.gatewayapi import GatewayApiStatus, StatusCondition, wrong_conditions


@analyzer("GWA102", "gateway-class-not-accepted", Severity.ERROR, reads=(GatewayApiStatus,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mesh.all(GatewayApiStatus):
        if found.id.kind == "GatewayClass":
            for condition in wrong_conditions(mesh, found):
                waits = condition.is_unknown
                yield Claim(
                    found,
                    (*condition.path, "status"),
                    f"{_state(condition)}{condition.because}.",
                    fix="Correct controllerName, or install its controller." if waits else "Correct what it names.",
                    severity=None if condition.type == "Accepted" else Severity.WARNING,
                    key=(condition.type,),
                )


def _state(condition: StatusCondition) -> str:
    if condition.type == "SupportedVersion":
        return "The controller does not support the installed version of the Gateway API"
    if condition.is_unknown:
        return "No controller has accepted this GatewayClass, so nobody serves its Gateways"
    return "The controller refuses this GatewayClass, so nobody serves its Gateways"
