"""Two Gateways ask for the same address, port and host.

Why: an address can have one owner for a port. The second Gateway does not get it (`AddressNotUsable`), or both share it
and one of them answers for the host of the other.

Example:
    kind: Gateway   # there is another one with this address and port 443
    spec:
      addresses: [{type: IPAddress, value: 192.0.2.10}]
      listeners: [{name: https, port: 443, protocol: HTTPS}]

Fix: give one of them another address or port, or put the listeners into one Gateway.

Silent when: they differ in class, port or hostname.
"""

from collections.abc import Iterator

from meshctl.analysis.api import MOST, Also, Claim, KubernetesGateway, MeshGraph, Severity, analyzer, enumerated
from meshctl.analysis.api.gatewayapi import address_claims


@analyzer("GWA104", "gateway-address-clash", Severity.WARNING, reads=(KubernetesGateway,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    told = set[tuple[KubernetesGateway, str]]()
    for (_, _, port, hostname), claims in address_claims(mesh).items():
        for claim in claims[1:]:
            if (claim.gateway, claim.value) in told:
                continue
            told.add((claim.gateway, claim.value))
            others = [other for other in claims[: MOST + 1] if other is not claim][:MOST]
            names = enumerated((other.gateway.full_name for other in others), len(claims) - 1)
            yield Claim(
                claim.gateway,
                claim.path,
                f"{claim.value} is asked for by {names} as well, for {hostname or 'every host'} on port {port}.",
                fix="Give one of them another address or port, or put the listeners into one Gateway.",
                related=tuple(Also(other.gateway, other.path, "asks for the same address") for other in others),
            )
