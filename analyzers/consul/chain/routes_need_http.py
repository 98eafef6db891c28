"""A service is to be routed or split by request, and its protocol knows no requests.

Why: Consul routes and splits http, http2 and grpc alone. For a service of another protocol it refuses the ServiceRouter
or ServiceSplitter; the resource stays in Kubernetes, not synced, and requests go on as before.

Example:
    kind: ServiceSplitter
    metadata: {name: web}   # no ServiceDefaults web with protocol http
    spec:
      splits: [...]

Fix: create ServiceDefaults of the name of the service with `protocol: http`, or give `protocol: http` in the config of
ProxyDefaults global. ServiceDefaults without a protocol count as tcp and hide that of ProxyDefaults.

Silent when: the protocol of the service is http, http2 or grpc.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import SEEN, ProxyDefaults, ServiceDefaults, chains, protocols


@analyzer("CSL201", "consul-routes-without-http", Severity.ERROR, reads=SEEN, absent=(ServiceDefaults, ProxyDefaults))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = chains(mesh)
    for service, entry in (*known.routers.items(), *known.splitters.items()):
        protocol = protocols(mesh).of(service)
        if protocol.has_requests:
            continue
        what = "routed" if entry.id.kind == "ServiceRouter" else "split"
        harm = f"{service} cannot be {what} by request, and Consul refuses this {entry.id.kind}"
        source = protocol.source
        missing = protocol.lacking
        yield Claim(
            entry,
            ("metadata", "name"),
            f"ServiceDefaults {service} {ABSENT}, so that its protocol is {protocol.name}: {harm}."
            if missing
            else f"The protocol of {service} is {protocol.name} ({protocol.because}): {harm}.",
            fix=f"Give ServiceDefaults {service} the protocol http.",
            related=(Also(source, protocol.path, "decides about the protocol"),) if source else (),
            absent=missing,
        )
