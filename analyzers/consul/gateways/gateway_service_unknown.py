"""A gateway of Consul leads to a service that nobody declares.

Why: an ingress gateway answers requests for it with a 503; a terminating gateway has no address to connect to.

Example:
    kind: IngressGateway
    spec:
      listeners:
      - port: 8080
        protocol: http
        services: [{name: fronted}]   # frontend

Fix: write the name that the service has in Consul; register a service outside the mesh by a Registration, or by
ServiceDefaults with `destination`.

Silent when: something declares the service (see CSL202), or the name is `*`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import (
    DECLARING,
    EVERY,
    SEEN,
    ConsulEntry,
    IngressGateway,
    Reference,
    TerminatingGateway,
    catalog,
)


@analyzer("CSL401", "consul-gateway-service-unknown", Severity.WARNING, reads=SEEN, absent=DECLARING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for entry, service in _services(mesh):
        key = names.key(entry, service) if service.name not in ("", EVERY) else None
        if key is not None and not names.knows(key):
            near = names.nearest(key)
            yield Claim(
                entry,
                (*service.path, "name"),
                f"Service {key} of Consul {ABSENT}: the gateway has nowhere to send requests for it.",
                fix=f"Did you mean {near}?" if near else "Write the name that the service has in Consul.",
                absent=names.missing(key),
            )


def _services(mesh: MeshGraph) -> Iterator[tuple[ConsulEntry, Reference]]:
    for ingress in mesh.all(IngressGateway):
        yield from ((ingress, found.service) for found in ingress.services)
    for terminating in mesh.all(TerminatingGateway):
        yield from ((terminating, service) for service in terminating.services)
