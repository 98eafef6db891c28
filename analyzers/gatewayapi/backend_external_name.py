"""A route sends requests to a Service of type ExternalName.

Why: such a Service is a name in DNS and nothing else. Whoever may write one reaches any host through the Gateway, also
those inside that the network keeps from him (CVE-2021-25740), so that many controllers refuse it; proxies of a mesh
send it on as unknown traffic, without its routes and policies.

Example:
    kind: Service
    metadata: {name: payments}
    spec: {type: ExternalName, externalName: payments.example.com}

Fix: with Istio, name the host by a ServiceEntry and a backend of kind `Hostname` and group `networking.istio.io`;
otherwise use a Service with EndpointSlices of its own.

Silent when: the Service has another type.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, GatewayRoute, MeshGraph, Service, ServiceEntry, Severity, analyzer
from meshctl.analysis.api.gatewayapi import ReferenceGrant, route_backends


@analyzer(
    "GWA304",
    "route-backend-external-name",
    Severity.WARNING,
    reads=(GatewayRoute, Service, ServiceEntry, ReferenceGrant),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for backend in route_backends(mesh):
        if backend.service and backend.service.type == "ExternalName":
            yield Claim(
                backend.route,
                (*backend.ref.path, "name"),
                f"Service {backend.service.full_name} is of type ExternalName, which many controllers refuse as a"
                " backend, for it leads to any host.",
                fix="With Istio, use a ServiceEntry and a backend of kind Hostname.",
                related=(Also(backend.service, ("spec", "type"), "the Service"),),
            )
