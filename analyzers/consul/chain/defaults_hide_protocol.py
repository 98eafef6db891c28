"""ServiceDefaults without a protocol hide the one that ProxyDefaults give.

Why: as soon as a service has ServiceDefaults, their protocol counts, and one that is left out counts as tcp. The
service is not http any more as all others are: it has no metrics of requests, and can be neither routed nor split.

Example:
    kind: ServiceDefaults
    metadata: {name: web}
    spec:
      maxInboundConnections: 100   # no protocol, and ProxyDefaults say http

Fix: write the protocol in the ServiceDefaults too.

Silent when: ProxyDefaults give none or tcp; or the service is one outside the mesh, with `destination` or
`externalSNI`, where tcp is the usual thing.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import SEEN, protocols


@analyzer("CSL207", "consul-defaults-hide-protocol", Severity.WARNING, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    general = protocols(mesh).general
    if general is None or general.protocol in ("", "tcp"):
        return
    for service, defaults in protocols(mesh).defaults.items():
        if not defaults.protocol and not defaults.external_sni and not defaults.spec.get("destination"):
            yield Claim(
                defaults,
                ("spec",),
                f"Without a protocol, these ServiceDefaults make {service} tcp: "
                f"they hide the {general.protocol} of ProxyDefaults.",
                fix=f"Add protocol: {general.protocol}, or tcp if that is meant.",
                related=(Also(general, ("spec", "config", "protocol"), "is hidden"),),
                on_key=True,
            )
