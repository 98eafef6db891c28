"""Two Gateways claim the same host on the same port of the same pods.

Why: the pods have one listener a port and choose by host. Where two Gateways declare the same host there, only one of
them is used for it (with TLS), or their routes are mixed in an order that nobody wrote down (with HTTP).

Example:
    kind: Gateway   # there is another one of the same selector with this host
    spec:
      selector: {istio: ingressgateway}
      servers:
      - port: {number: 443, name: https, protocol: HTTPS}
        hosts: [shop.example.com]

Fix: keep the host in one Gateway and let every VirtualService refer to that one, or give the Gateways different pods,
ports or hosts.

Silent when: hosts, ports or bind addresses differ, as text (`*.example.com` and `shop.example.com` do not conflict); or
no workload carries the labels of both selectors and the selectors are not equal.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    Gateway,
    Listener,
    MeshGraph,
    Path,
    Severity,
    Workload,
    analyzer,
    enumerated,
    gateway_rivals,
    gateways_by_listener,
)


@analyzer("IST0145", "conflicting-gateways", Severity.ERROR, reads=(Gateway, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for listener, by_selector in gateways_by_listener(mesh).items():
        for selectors, rivals in gateway_rivals(mesh).groups(by_selector):
            claims = (pair for rival in rivals for pair in by_selector[rival].items())
            together = dict(sorted(claims, key=lambda pair: pair[0].id))
            for gateway in (g for s in selectors for g in by_selector[s]) if len(together) > 1 else ():
                yield _claim(listener, gateway, together)


def _claim(listener: Listener, gateway: Gateway, together: Mapping[Gateway, Path]) -> Claim:
    others = list(islice((g for g in together if g is not gateway), MOST))
    where = f"{listener.host} on port {listener.port}" + (f" of {listener.bind}" if listener.bind else "")
    names = enumerated((g.full_name for g in others), len(together) - 1)
    return Claim(
        gateway,
        together[gateway],
        f"{where} is also claimed by {names} for the same pods, so one of them is not used or their routes mix.",
        fix="Keep the host in one Gateway and refer to it from every VirtualService, or separate ports or pods.",
        related=tuple(Also(g, together[g], f"claims {where} as well") for g in others),
    )
