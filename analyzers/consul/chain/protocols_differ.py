"""Services of one discovery chain speak different protocols.

Why: all services that requests for one service can be sent to have to have the same protocol. Consul refuses the
router, splitter or resolver that brings two together, also where these are http and http2.

Example:
    kind: ServiceSplitter
    metadata: {name: web}   # protocol http
    spec:
      splits:
      - {weight: 50}
      - {weight: 50, service: web-grpc}   # protocol grpc

Fix: give both the same protocol in their ServiceDefaults.

Silent when: the protocol of the service that is split or routed has no requests at all, which is CSL201; or the other
one is not known (CSL202), of a peer, or of another datacenter.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import (
    SEEN,
    Named,
    Protocol,
    ProxyDefaults,
    ServiceDefaults,
    ServiceResolver,
    named_services,
    protocols,
)


@analyzer("CSL206", "consul-protocols-differ", Severity.ERROR, reads=SEEN, absent=(ServiceDefaults, ProxyDefaults))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for named in named_services(mesh):
        if named.to is None or not named.known or named.to == named.own:
            continue
        own, other = protocols(mesh).of(named.own), protocols(mesh).of(named.to)
        routed = own.has_requests or isinstance(named.entry, ServiceResolver)
        if own.name != other.name and routed:
            yield _claim(named, own, other)


def _claim(named: Named, own: Protocol, other: Protocol) -> Claim:
    missing = other.lacking or own.lacking
    unsaid = named.to if other.lacking else named.own
    return Claim(
        named.entry,
        (*named.reference.path, "service"),
        f"The protocol of {named.to} is {other.name}, that of {named.own} is {own.name}"
        + (f", for ServiceDefaults {unsaid} {ABSENT}" if missing else "")
        + f": Consul refuses this {named.entry.id.kind}.",
        fix="Give both the same protocol in their ServiceDefaults.",
        related=tuple(
            Also(protocol.source, protocol.path, f"decides about {name}")
            for protocol, name in ((own, named.own), (other, named.to))
            if protocol.source
        ),
        absent=missing,
    )
