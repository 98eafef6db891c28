"""A Service sends requests to a port by a name that none of its pods has.

Why: a pod that has no port of that name is no endpoint of this port of the Service. If none has it, the port has no
endpoints at all and each request fails with a 503.

Example:
    kind: Service
    spec:
      selector: {app: web}
      ports: [{name: http, port: 80, targetPort: http-web}]   # the containers call it `http`

Fix: write the name that the containers give their port, or its number.

Silent when: the target is a number, which works whether or not a container declares it; a container of some pod or
template that is selected declares the name; or nothing is selected.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    MeshGraph,
    Names,
    Service,
    Severity,
    Workload,
    analyzer,
    numbered,
    text,
    workloads,
)


@analyzer("KIA0701", "service-target-port-name-not-found", Severity.WARNING, reads=(Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for service in mesh.all(Service):
        named = [port for port in service.ports if isinstance(port.target, str)]
        selected = (
            workloads(mesh).selected_by(service.selector, service.namespace) if named and service.selector else ()
        )
        if not selected:
            continue
        declared = {name for workload in selected for name in _port_names(workload)}
        for port in named:
            if port.target not in declared:
                near = Names(declared).nearest(str(port.target))
                yield Claim(
                    service,
                    (*port.path, "targetPort"),
                    f"No container behind Service {service.name} has a port named {port.target}: port {port.number}"
                    " has no endpoints, and requests to it fail.",
                    fix=f"Did you mean {near}?"
                    if near
                    else "Write the name that a container gives its port, or its number.",
                    related=(Also(selected[0], (), "one of the workloads behind it"),),
                )


def _port_names(workload: Workload) -> Iterator[str]:
    for container in workload.containers:
        for _, port in numbered(container.fields.get("ports")):
            yield text(port.get("name"))
