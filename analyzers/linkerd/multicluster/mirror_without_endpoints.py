"""A mirror Service has no endpoint.

Why: its endpoints are the gateway of the other cluster. Without any, each request to it fails at once: the gateway
there has no address, or does not answer the controller of the Link.

Example:
    kind: Service
    metadata:
      name: books-west
      labels: {mirror.linkerd.io/mirrored-service: "true", mirror.linkerd.io/cluster-name: west}   # no EndpointSlice

Fix: look at linkerd multicluster gateways: whether the gateway of that cluster is alive, and whether this one reaches
it.

Silent when: an address is ready; no EndpointSlice at all was read, as in files; the Service is of a gateway or finds
its endpoints in the other cluster itself (flat networks); its cluster has no Link any more (LKD503). Mirror Services of
one cluster are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Service, Severity, analyzer, enumerated
from meshctl.analysis.api.linkerdlive import (
    CLUSTER,
    EndpointSlice,
    Link,
    endpoints_are_known,
    has_own_endpoints,
    linked_clusters,
    mirror_services,
    services_with_endpoints,
)


@analyzer("LKD504", "linkerd-mirror-service-without-endpoints", Severity.ERROR, reads=(Service, EndpointSlice, Link))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    bare: dict[str, list[Service]] = {}
    for service in sorted(mirror_services(mesh), key=lambda each: each.id):
        cluster, place = service.labels[CLUSTER], (service.namespace, service.name)
        concerned = cluster in linked_clusters(mesh) and has_own_endpoints(service)
        if concerned and endpoints_are_known(mesh, service) and place not in services_with_endpoints(mesh):
            bare.setdefault(cluster, []).append(service)
    for cluster, services in bare.items():
        names = enumerated((each.full_name for each in services), len(services))
        yield Claim(
            services[0],
            ("metadata", "name"),
            f"{names} {'mirrors a Service' if len(services) == 1 else 'mirror Services'} of cluster {cluster} and "
            f"{'has' if len(services) == 1 else 'have'} no endpoint: requests to "
            f"{'it' if len(services) == 1 else 'them'} fail.",
            fix=f"Look whether the gateway of cluster {cluster} is alive: linkerd multicluster gateways.",
            related=tuple(Also(each, ("metadata", "name"), "has none either") for each in services[1:4]),
        )
