"""A route attaches to a Service that is headless or of type ExternalName.

Why: routes of the mesh are for Services with an address of their own. Clients of a headless Service connect to its
pods by themselves, an ExternalName leads out of the cluster: what a mesh does with routes for them is not laid down,
and some (Linkerd) refuse them.

Example:
    kind: Service
    metadata: {name: db}
    spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}

Fix: attach the route to a Service of type ClusterIP in front of the same pods.

Silent when: the Service has an address, or is not known.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    GatewayRoute,
    MeshGraph,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
)
from meshctl.analysis.api.gatewayapi import ListenerOwner, mesh_routes


@analyzer(
    "GWA601",
    "route-service-parent-unsupported",
    Severity.WARNING,
    reads=(GatewayRoute, ListenerOwner, Service, ServiceEntry, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for service, routes in mesh_routes(mesh).items():
        if service.is_headless or service.type == "ExternalName":
            what, field = ("headless", "clusterIP") if service.is_headless else ("of type ExternalName", "type")
            for one in routes:
                yield Claim(
                    one.route,
                    (*one.ref.path, "name"),
                    f"Service {service.full_name} is {what}: not every mesh applies routes to such a Service.",
                    fix="Attach the route to a Service of type ClusterIP in front of the same pods.",
                    related=(Also(service, ("spec", field), "the Service"),),
                )
