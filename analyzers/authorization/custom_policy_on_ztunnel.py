"""An AuthorizationPolicy asks somebody else (CUSTOM) or is for the log (AUDIT) where ztunnel would have to do it.

Why: ztunnel knows ALLOW and DENY only, and leaves other policies out. Nobody is asked, and every request gets through
that another policy does not deny.

Example:
    # namespace shop is in ambient mode
    spec:
      action: CUSTOM
      provider: {name: opa}
      selector: {matchLabels: {app: web}}   # targetRefs: [{kind: Service, name: web, group: ""}]

Fix: have a waypoint for the service, and name the Service or the waypoint in `targetRefs`.

Silent when: one of the selected workloads has a sidecar or is a gateway, or the policy names its targets.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.authorization import SELECTION_READS, action_of, selections

_EFFECTS = {
    "CUSTOM": ("nobody is asked, and all requests get through that no other policy denies", None),
    "AUDIT": ("nothing is noted", Severity.INFO),
}


@analyzer("MSH442", "authorizationpolicy-custom-on-ztunnel", Severity.WARNING, reads=SELECTION_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for policy in mesh.all(AuthorizationPolicy):
        action = action_of(policy)
        selected = selections(mesh).of(policy) if action in _EFFECTS else None
        if selected is not None and not selected.others and selected.enforcers == {"ztunnel"}:
            effect, severity = _EFFECTS[action]
            yield Claim(
                policy,
                ("spec", "action"),
                f"The selected workloads are in ambient mode, and ztunnel does not know {action}: {effect}.",
                fix="Name the Service or its waypoint in targetRefs, so that the waypoint does it.",
                severity=severity,
            )
