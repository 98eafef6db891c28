"""The certificate of a proxy of Consul has expired or is about to, or that of an authority it trusts.

Why: Consul gives proxies certificates for three days and renews them before nine tenths of that are over. One that is
older is not renewed any more; once it is over, or the authority's, the others refuse every connection of this pod.

Example:
    "cert_chain": [{"expiration_time": "2030-01-15T01:00:00Z"}]   # of /certs, in an hour

Fix: look at the log of consul-dataplane and of the servers: whether the proxy is connected, and whether the authority
can still sign. An authority is replaced by `consul connect ca set-config`.

Silent when: more than a tenth of its time is left, of an authority more than 30 days; or it is not known when the proxy
was asked.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, ProxyState, Severity, analyzer, together

_TENTH, _MONTH = 0.1, 30 * 86400


@analyzer("CSL501", "consul-certificate-expiring", Severity.ERROR, reads=(Pod,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    found: dict[tuple[str, bool], list[ProxyState]] = {}
    for state in mesh.facts.states:
        for problem in _problems(state):
            found.setdefault(problem, []).append(state)
    for (problem, over), states in found.items():
        pod, names, others = together(mesh, states, "has the same problem")
        who = "A proxy has" if len(states) == 1 else f"{len(states)} proxies have"
        harm = "Its connections are refused." if over else "After the end, its connections are refused."
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} {problem}: {names}. {harm}",
            fix="Look at the log of consul-dataplane, and whether the authority of Consul can still sign.",
            related=others,
            severity=None if over else Severity.WARNING,
            key=(problem,),
        )


def _problems(state: ProxyState) -> Iterator[tuple[str, bool]]:
    """What is wrong with the certificates, and whether one is over."""
    own = state.consul.certificate if state.consul else None
    if own and own.remaining is not None:
        whole = own.ends - (own.issued or own.ends)
        if own.remaining <= 0:
            yield "a certificate that has expired", True
        elif own.remaining < _TENTH * whole:
            yield "less than a tenth of the certificate's time left", False
    authority = state.consul.authority if state.consul else None
    if authority and authority.remaining is not None and authority.remaining < _MONTH:
        over = authority.remaining <= 0
        yield ("an authority that has expired" if over else "an authority that ends within 30 days"), over
