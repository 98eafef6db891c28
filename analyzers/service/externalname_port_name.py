"""A port of an ExternalName Service is raw TCP for the proxies, because its name says so or says nothing.

Why: an ExternalName Service has no address of its own, so a TCP listener for it takes every address: the proxies may
send all traffic on that port, whatever its destination, to this one host.

Example:
    kind: Service
    spec:
      type: ExternalName
      externalName: db.example.com
      ports:
      - {name: tcp, port: 443}   # https is decided by host name, not by address

Fix: begin the name with a protocol that carries a host name (`http`, `https`, `tls`, `grpc`), or set `appProtocol`.

Silent when: the protocol is known and not plain `tcp`, the Service has no ports, or the input is about another
mesh alone.
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
    protocol_hint,
    protocol_is_known,
)


@analyzer("IST0150", "externalname-service-port-name", Severity.WARNING, reads=(Service, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if only_others(mesh):
        return
    for service in mesh.all(Service):
        if service.type != "ExternalName" or istios_own(service):
            continue
        for port in service.ports:
            if not protocol_is_known(port) or protocol_hint(port) == "tcp":
                named = f"named {protocol_hint(port)}" if protocol_hint(port) else "without a name"
                yield Claim(
                    service,
                    (*port.path, "port"),
                    f"Port {port.number} is {named}, so the proxies take it for raw TCP and may send all traffic on "
                    f"port {port.number}, of any destination, to this Service.",
                    fix="Begin the name with http, https, tls or grpc, or set appProtocol.",
                )
            elif port.name == "tcp":
                what = "appProtocol" if port.app_protocol else "protocol"
                yield Claim(
                    service,
                    (*port.path, "port"),
                    f"Port {port.number} is named tcp; only its {what} keeps the proxies from taking it for raw TCP.",
                    fix="Begin the name with the protocol that is meant.",
                    severity=Severity.INFO,
                )
