"""The protocol of a Service's port can be told neither from its name nor from appProtocol.

Why: the proxies then guess the protocol from the first bytes of each connection. Where the server speaks first they
wait for it in vain before they pass anything on, and what is not recognized as HTTP gets no routes, retries or HTTP
metrics.

Example:
    kind: Service
    spec:
      ports:
      - {name: web, port: 8080}   # http-web would say it

Fix: begin the name with the protocol (`http-web`, `grpc-api`, `tcp-db`), or set `appProtocol`.

Silent when: the port is UDP, or one of the well-known 25, 53, 3306 and 27017; the Service belongs to Istio's
control plane or to a managed gateway; it is an ExternalName Service, which has a finding of its own; or the input
speaks of Linkerd or Consul, and not of Istio.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Namespace,
    Service,
    Severity,
    analyzer,
    istios_own,
    only_others,
    protocol_is_known,
)


@analyzer("IST0118", "service-port-name-unknown-protocol", Severity.INFO, reads=(Service, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if only_others(mesh):
        return
    for service in mesh.all(Service):
        if service.type == "ExternalName" or istios_own(service):
            continue
        for port in service.ports:
            if not protocol_is_known(port):
                if port.app_protocol is not None:
                    why = f"appProtocol {port.app_protocol} is none that Istio knows"
                elif port.name:
                    why = f"its name {port.name} does not begin with one"
                else:
                    why = "it has no name"
                yield Claim(
                    service,
                    (*port.path, "port"),
                    f"The protocol of port {port.number} is not given ({why}), so the proxies guess it.",
                    fix="Begin the name with the protocol, as in http-web or tcp-db, or set appProtocol.",
                )
