"""A rule about requests is for workloads in ambient mode, where ztunnel enforces policies and reads no requests.

Why: of a policy without `targetRefs`, ztunnel leaves out each rule that allows and has something that it does not know:
methods, paths, hosts, headers, tokens. Nobody is allowed by it, and the policy still denies everything else. Of a rule
that denies, it leaves out only what it does not know: nothing is denied by a rule of which nothing is left, and more
than written by one of which something is.

Example:
    kind: AuthorizationPolicy
    metadata: {namespace: shop}   # in ambient mode
    spec:
      selector: {matchLabels: {app: web}}
      rules:
      - to: [{operation: {methods: [GET]}}]   # allows nothing

Fix: have a waypoint, and name the Service or the waypoint in `targetRefs`.

Silent when: no selected workload is in ambient mode; the policy names its targets, is only tried (dry-run), or selects
a waypoint by its labels, which is IST0166; or its status says that ztunnel does not accept it, which is IST0171.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.ambient import SELECTION_READS, MisreadRule, misread_rules


@analyzer("KIA0110", "authorizationpolicy-http-rule-on-ztunnel", Severity.WARNING, reads=SELECTION_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in misread_rules(mesh):
        yield Claim(
            found.policy,
            found.rule.path,
            f"ztunnel enforces this for workloads in ambient mode and does not know {_unknown(found)}: {_harm(found)}.",
            fix="Name the Service or its waypoint in targetRefs, so that the waypoint enforces it.",
        )


def _unknown(found: MisreadRule) -> str:
    """What it does not know, each once."""
    return ", ".join(dict.fromkeys(constraint.attribute for constraint in found.unread))


def _harm(found: MisreadRule) -> str:
    if found.effect == "allows nothing":
        return "it leaves the rule out, " + ("and denies everything" if found.all_rules else "which allows nothing")
    if found.effect == "denies nothing":
        return "nothing is left of a part of the rule, which denies nothing"
    return "it leaves that out, and denies more than the rule says"
