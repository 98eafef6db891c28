"""A listener of an ingress gateway has another protocol than the service behind it.

Why: Consul refuses the IngressGateway: what the listener takes apart as requests has to be requests for the service.

Example:
    kind: IngressGateway
    spec:
      listeners:
      - port: 8080
        protocol: http
        services: [{name: db}]   # protocol tcp

Fix: give the listener the protocol of the service, or the other way round.

Silent when: they are the same, the service is `*`, or is not known (CSL401).
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import (
    EVERY,
    SEEN,
    IngressGateway,
    ProxyDefaults,
    ServiceDefaults,
    catalog,
    protocols,
)


@analyzer(
    "CSL402", "consul-ingress-protocol-mismatch", Severity.ERROR, reads=SEEN, absent=(ServiceDefaults, ProxyDefaults)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for entry in mesh.all(IngressGateway):
        for found in entry.services:
            key = names.key(entry, found.service) if found.service.name not in ("", EVERY) else None
            if key is None or not names.knows(key):
                continue
            protocol = protocols(mesh).of(key)
            if protocol.name != found.protocol:
                missing, source = protocol.lacking, protocol.source
                yield Claim(
                    entry,
                    (*found.service.path, "name"),
                    f"The listener is {found.protocol}, and the protocol of {key} is {protocol.name}"
                    + (f", for ServiceDefaults {key} {ABSENT}" if missing else f" ({protocol.because})")
                    + ": Consul refuses this IngressGateway.",
                    fix=f"Give the listener the protocol {protocol.name}, or {key} that of the listener.",
                    related=(Also(source, protocol.path, "decides about the protocol"),) if source else (),
                    absent=missing,
                )
