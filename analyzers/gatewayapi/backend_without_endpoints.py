"""A route sends requests to a Service behind which there is no pod, or none that is ready.

Why: the rule is in order, and every request that takes it gets a 503 all the same.

Example:
    kind: Service
    metadata: {name: reviews}
    spec:
      selector: {app: review}   # the pods carry app=reviews
      ports: [{port: 80}]

Fix: correct the selector of the Service, or find out why its pods are not ready.

Silent when: one pod is ready, or a workload was read whose pods were not; or the Service has no selector, so that
somebody else keeps its endpoints; or its namespace has no workload in the input at all.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Also,
    Claim,
    GatewayRoute,
    Machine,
    MeshGraph,
    Missing,
    Service,
    ServiceEntry,
    Severity,
    Workload,
    analyzer,
    selector_text,
)
from meshctl.analysis.api.gatewayapi import ReferenceGrant, readiness, route_backends


@analyzer(
    "GWA305",
    "route-backend-without-endpoints",
    Severity.WARNING,
    reads=(GatewayRoute, Service, ServiceEntry, ReferenceGrant, Workload, Machine),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for backend in route_backends(mesh):
        service = backend.service
        if service is None or not service.selector or service.type == "ExternalName" or backend.ref.weight == 0:
            continue
        ready = readiness(mesh)(service)
        if ready.some:
            continue
        harm = backend.harm.replace("500", "503")
        selects = Also(service, ("spec", "selector"), "selects the pods")
        if ready.pods:
            message = f"None of the {ready.pods} pods behind Service {service.full_name} is ready: {harm}."
            yield Claim(backend.route, (*backend.ref.path, "name"), message, "Look at the pods.", (selects,))
            continue
        selector = selector_text(service.selector)
        yield Claim(
            backend.route,
            (*backend.ref.path, "name"),
            f"Service {service.full_name} selects {selector}, and a workload with these labels {ABSENT}: {harm}.",
            fix="Correct the selector of the Service, or add the workload.",
            related=(selects,),
            absent=Missing("workload", selector, (*Workload.KINDS, *Machine.KINDS), service.namespace, elsewhere=True),
        )
