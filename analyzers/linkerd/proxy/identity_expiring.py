"""The certificate of a linkerd-proxy is not renewed any more, or has expired.

Why: a proxy gets a certificate for a day and asks for a new one when 70 percent of its time are over, so that a third
of it is always left. One that has less than a quarter left cannot renew it; once it is over, meshed peers refuse every
new connection of this pod, and it theirs.

Example:
    proxy: web-1.shop   # in its metrics
    control_identity_cert_expiration_timestamp_seconds: 1767225600   # an hour from now, of 24
    control_identity_cert_refreshes_total: {error: 31}

Fix: look at the log of linkerd-identity and of the proxy: an issuer that has expired, a service account token that is
not accepted, a network policy before port 8080 of linkerd-identity.

Silent when: more than a quarter is left, or it is not known when the metrics were read. That renewals failed in the
past is nothing by itself; with --watch it is reported when they fail between two looks.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, ProxyState, Severity, analyzer, together

_LEAST = 0.25
_FIX = (
    "Look at the log of the proxy and at that of linkerd-identity, and whether the issuer's certificate is still valid."
)


@analyzer("LKD207", "linkerd-identity-expiring", Severity.ERROR, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    found: dict[str, list[ProxyState]] = {}
    for state in mesh.facts.states:
        if problem := _problem(state):
            found.setdefault(problem, []).append(state)
    for problem, states in found.items():
        pod, names, others = together(mesh, states, "has the same problem")
        single = len(states) == 1
        who = "A proxy has" if single else f"{len(states)} proxies have"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} {problem}: {names}. {_HARM[problem].format(its='its' if single else 'their')}",
            fix=_FIX,
            related=others,
            severity=Severity.ERROR if problem == _EXPIRED else Severity.WARNING,
            key=(problem,),
        )


_EXPIRED = "an identity certificate that has expired"
_LATE = "less than a quarter of the identity certificate's time left"
_FAILING = "failed to renew the identity certificate since the last look"
_HARM = {
    _EXPIRED: "Meshed peers refuse {its} connections.",
    _LATE: "A third is left where renewing works; after the end, meshed peers refuse {its} connections.",
    _FAILING: "When the present one ends, meshed peers refuse {its} connections.",
}


def _problem(state: ProxyState) -> str:
    identity = state.metrics.identity if state.metrics else None
    if identity is None:
        return ""
    left = identity.remaining
    if left is not None and left <= 0:
        return _EXPIRED
    if left is not None and identity.issued is not None and left < _LEAST * (identity.ends - identity.issued):
        return _LATE
    before = identity.failures_before
    return _FAILING if before is not None and identity.failures > before else ""
