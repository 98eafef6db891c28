"""A controller reports in the status of a resource that it does not work.

Why: Istio has looked at the resource and could not use it, or only a part of it: a route that is attached to nothing, a
Gateway that no proxy serves, a policy that ztunnel does not enforce. The resource is there all the same, and nobody
gets an error when applying it.

Example:
    kind: AuthorizationPolicy
    metadata: {name: only-get}
    status:
      conditions:
      - type: ZtunnelAccepted
        status: "False"
        reason: UnsupportedValue
        message: ztunnel does not support HTTP attributes

Fix: the message says what is lacking; correct the resource or create what it refers to.

Silent when: the condition is none of Istio's, its status is Unknown or empty, or it was reported of an older generation
of the resource.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, Condition, Conditioned, MeshGraph, Severity, analyzer

_SHOWN = 300


@analyzer("IST0171", "negative-condition-status", Severity.WARNING, reads=(Conditioned,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for resource in mesh.all(Conditioned):
        for condition in resource.conditions:
            partly = (condition.type, condition.reason) == ("WaypointAccepted", "PartiallyInvalid")
            if condition.stale or (condition.status != "False" and not partly):
                continue
            yield Claim(
                resource,
                (*condition.path, "status"),
                _message(condition, partly and condition.status != "False"),
                fix="Correct what the reason names, then look at the status again.",
                key=(condition.type, condition.parent),
            )


def _message(condition: Condition, partly: bool) -> str:
    whom = f" by {condition.parent}" if condition.parent else ""
    because = ": ".join(filter(None, (condition.reason, condition.message[:_SHOWN])))
    state = "only partly true" if partly else "False"
    return f"Its condition {condition.type}{whom} is {state}{f' ({because})' if because else ''}."
