"""A server of a Gateway is on a port that no Service sends to its pods.

Why: istiod opens the port on the ingress pods, yet traffic reaches them through their Service. A port that the Service
does not have, neither as its own nor as a target port, is dead from outside.

Example:
    kind: Gateway
    spec:
      selector: {istio: ingressgateway}
      servers:
      - port: {number: 8443, name: https, protocol: HTTPS}   # the Service has 80 and 443
        hosts: ["*"]

Fix: add the port to the Service of the ingress gateway, or use a port that it has.

Silent when: a Service that selects the pods, or one without selector beside them, has the port or sends to it; or the
Gateway selects no workload at all, which has a finding of its own. Only an info: the pods use the network of their node
(`hostNetwork`), open the port there (`hostPort`), or a Service says the port without its protocol or by a name.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    Gateway,
    MeshGraph,
    Missing,
    Reach,
    Server,
    Service,
    Severity,
    Workload,
    analyzer,
    enumerated,
    gateway_reach,
    selector_text,
    stand_in,
)


@analyzer(
    "IST0162",
    "gateway-port-not-on-service",
    Severity.WARNING,
    reads=(Gateway, Workload, Service),
    absent=(Service,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for gateway in mesh.all(Gateway):
        if stand_in(mesh, gateway.selector, beside_templates=False):
            # That it has no pods yet is said already.
            continue
        reach = gateway_reach(mesh)[frozenset(gateway.selector.items())]
        for server in gateway.servers if reach.namespaces else ():
            if not server.has_port or server.port in (reach.stated or ()):
                continue
            if not server.port:
                yield _impossible(gateway, server)
            elif reach.anyhow and server.port not in reach.ports:
                yield _through_nodes(gateway, server, reach)
            elif not reach.leads_to(server.port):
                pods = f"the pods of this gateway ({selector_text(gateway.selector) or 'every pod'})"
                place = reach.namespaces[0] if len(reach.namespaces) == 1 else ""
                yield Claim(
                    gateway,
                    (*server.path, "port", "number"),
                    f"{_said(reach, server.port, pods)}, so connections to it from outside fail.",
                    fix=f"Add port {server.port} to a Service of the gateway, or use a port that it has.",
                    absent=Missing(
                        "service port", f"{selector_text(gateway.selector)}:{server.port}", Service.KINDS, place
                    ),
                )
            elif reach.stated is not None:
                yield _not_stated(gateway, server)


def _impossible(gateway: Gateway, server: Server) -> Claim:
    return Claim(
        gateway,
        (*server.path, "port"),
        "A server without port number is reached through no Service.",
        fix="Write the number of a port that the Service of the gateway has.",
        severity=Severity.INFO,
    )


def _not_stated(gateway: Gateway, server: Server) -> Claim:
    return Claim(
        gateway,
        (*server.path, "port", "number"),
        f"Port {server.port} is reached, but no Service of the pods says `protocol: TCP` for that number: it is a port"
        " whose protocol is left out, one with the name of a container's port, or one on the node.",
        fix="Nothing; with protocol and number written in the Service others see that as well.",
        severity=Severity.INFO,
    )


def _through_nodes(gateway: Gateway, server: Server, reach: Reach) -> Claim:
    names = enumerated((s.full_name for s in reach.services), len(reach.services)) or "any Service of its pods"
    return Claim(
        gateway,
        (*server.path, "port", "number"),
        f"Port {server.port} is not on {names}: clients reach it on the nodes of the pods (hostNetwork).",
        fix=f"Add port {server.port} to the Service if clients come through it.",
        severity=Severity.INFO,
    )


def _said(reach: Reach, port: int, pods: str) -> str:
    if not reach.services:
        return f"A Service that sends port {port} to {pods} {ABSENT}"
    names = enumerated((s.full_name for s in reach.services), len(reach.services))
    known = enumerated((str(p) for p in sorted(reach.ports)), len(reach.ports))
    return f"Port {port} is not on {names}, which sends to {pods} on {known or 'no port'}"
