"""A Server of Linkerd closes a port and nothing opens it to anybody.

Why: where accessPolicy is `deny`, which it is where nothing is said, a Server lets in only those whom an
AuthorizationPolicy or a ServerAuthorization lets in. Without any, every request to the port is refused.

Example:
    kind: Server
    metadata: {name: web-http, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: web}}
      port: 8080   # and no AuthorizationPolicy for it

Fix: add an AuthorizationPolicy for the Server, or set accessPolicy.

Silent when: a policy is for the Server, one of its routes or its namespace, whatever it demands; or the Server has no
effect anyway (LKD301, LKD302, LKD303).
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Severity, Workload, analyzer
from meshctl.analysis.api.linkerd import (
    ExternalWorkload,
    GatewayRoute,
    LinkerdAuthorizationPolicy,
    LinkerdServer,
    ServerAuthorization,
    permissions,
    server_pods,
    servers_by_port,
)

_POLICIES = (*LinkerdAuthorizationPolicy.KINDS, *ServerAuthorization.KINDS)


@analyzer(
    "LKD304",
    "linkerd-server-denies-all",
    Severity.WARNING,
    reads=(
        LinkerdServer,
        LinkerdAuthorizationPolicy,
        ServerAuthorization,
        GatewayRoute,
        Workload,
        ExternalWorkload,
    ),
    absent=(LinkerdAuthorizationPolicy, ServerAuthorization),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for server in mesh.all(LinkerdServer):
        if server.access != "deny" or permissions(mesh).any_for(server):
            continue
        effective = server_pods(mesh).of(server).having(server.port)
        if not effective or server in servers_by_port(mesh).overlaps:
            continue
        said = "accessPolicy" in server.spec
        yield Claim(
            server,
            ("spec", "accessPolicy") if said else ("metadata", "name"),
            f"Server {server.full_name} refuses everybody{'' if said else ' by default'}, and a policy that lets"
            f" anybody in {ABSENT}.",
            fix="Add an AuthorizationPolicy for it, or set accessPolicy to whom it may let in.",
            absent=Missing("AuthorizationPolicy", server.full_name, _POLICIES, server.namespace),
        )
