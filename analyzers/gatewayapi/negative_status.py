"""A controller reports that it cannot use a listener, a ListenerSet, a UDPRoute or a policy for backends.

Why: the resource is there, and a part of it does not work: a listener that is not opened, a policy that no Gateway
follows, a route of the mesh without the waypoint that it needs. Nobody gets an error when applying it.

Example:
    kind: Gateway
    status:
      listeners:
      - name: https
        conditions:
        - {type: ResolvedRefs, status: "False", reason: InvalidCertificateRef, message: secret shop-cert not found}

Fix: the message says what is lacking; correct the resource or create what it refers to.

Silent when: the condition is good, or was reported of an older generation of the resource (GWA502), or nobody has had
a minute to report. What Gateways and routes say of themselves is IST0171, of GatewayClasses GWA102.
"""

from collections import defaultdict
from collections.abc import Iterator

from meshctl.analysis.api import Claim, Conditioned, MeshGraph, Path, Severity, analyzer
from meshctl.analysis.api.gatewayapi import GatewayApiStatus, StatusCondition, wrong_conditions

_MOST_TELLING = ("Conflicted", "ResolvedRefs", "Accepted", "Programmed")


@analyzer("GWA501", "gateway-api-negative-status", Severity.ERROR, reads=(GatewayApiStatus,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mesh.all(GatewayApiStatus):
        if found.id.kind != "GatewayClass" and found.conditions:
            holders: dict[Path, list[StatusCondition]] = defaultdict(list)
            told = _told_elsewhere(found)
            for condition in wrong_conditions(mesh, found):
                if condition.path not in told and condition.type != "PartiallyInvalid":
                    holders[condition.path[:-2]].append(condition)
            for conditions in holders.values():
                yield _claim(found, conditions)


def _told_elsewhere(found: GatewayApiStatus) -> set[Path]:
    """Conditions that IST0171 reports, or that only repeat what those of listeners say."""
    told = {c.path for c in found.conditions if c.reason in ("ListenersNotValid", "ListenerSetsNotValid")}
    if found.id.kind_key in Conditioned.KINDS:
        told |= {c.path for c in Conditioned(found.resource).conditions if c.status == "False"}
    return told


def _claim(found: GatewayApiStatus, conditions: list[StatusCondition]) -> Claim:
    """One cause has several conditions: the most telling one stands for all of them."""
    first = min(conditions, key=_rank)
    refused = any((c.type, c.status) in (("Accepted", "False"), ("Conflicted", "True")) for c in conditions)
    whom = f" of {first.holder}" if first.holder else ""
    return Claim(
        found,
        (*first.path, "status"),
        f"The condition {first.type}{whom} is {first.status}{first.because}.",
        fix="Correct what the reason names, then look at the status again.",
        severity=None if refused else Severity.WARNING,
        key=(first.type, first.holder),
    )


def _rank(condition: StatusCondition) -> tuple[bool, int]:
    known = condition.type in _MOST_TELLING
    return condition.is_unknown, _MOST_TELLING.index(condition.type) if known else len(_MOST_TELLING)
