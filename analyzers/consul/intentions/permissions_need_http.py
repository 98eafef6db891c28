"""An intention permits requests by path, method or header, for a service whose protocol knows no requests.

Why: the sidecar of a tcp service sees connections alone. Consul refuses such an intention; where the protocol was
changed later, the sidecar drops the permissions, which allow nothing then.

Example:
    kind: ServiceIntentions
    spec:
      destination: {name: db}   # protocol tcp
      sources:
      - name: web
        permissions:
        - {action: allow, http: {pathPrefix: /read}}

Fix: give the ServiceDefaults of the service the protocol http, or use `action` in place of permissions.

Silent when: the protocol is http, http2 or grpc; the destination is `*`, or is not known (CSL301).
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import (
    EVERY,
    SEEN,
    ProxyDefaults,
    ServiceDefaults,
    ServiceIntentions,
    catalog,
    protocols,
)


@analyzer(
    "CSL303", "consul-permissions-without-http", Severity.ERROR, reads=SEEN, absent=(ServiceDefaults, ProxyDefaults)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for entry in mesh.all(ServiceIntentions):
        key = names.key(entry, entry.destination) if entry.destination.name not in ("", EVERY) else None
        if key is None or not names.knows(key):
            continue
        protocol = protocols(mesh).of(key)
        for intention in entry.sources if not protocol.has_requests else ():
            if intention.permissions:
                missing, source = protocol.lacking, protocol.source
                yield Claim(
                    entry,
                    (*intention.path, "permissions"),
                    f"ServiceDefaults {key} {ABSENT}, so that its protocol is {protocol.name}, which has no requests."
                    if missing
                    else f"The protocol of {key} is {protocol.name} ({protocol.because}), which has no requests.",
                    fix=f"Give ServiceDefaults {key} the protocol http, or use action in place of permissions.",
                    related=(Also(source, protocol.path, "decides about the protocol"),) if source else (),
                    absent=missing,
                    on_key=True,
                )
