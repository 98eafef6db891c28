"""A ServerAuthorization of Linkerd is for no Server.

Why: it lets clients talk to the Servers of its namespace that it names or selects. Where there are none it lets nobody
in, and those it was written for are refused.

Example:
    kind: ServerAuthorization
    metadata: {namespace: shop}
    spec:
      server: {name: web-htpp}   # there is web-http
      client: {meshTLS: {identities: ["*"]}}

Fix: correct the name, or write labels that the Servers carry (of the Servers, not of the pods).

Silent when: there is such a Server.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Names, Severity, analyzer, text
from meshctl.analysis.api.linkerd import LinkerdServer, ServerAuthorization, older_targets


@analyzer(
    "LKD314",
    "linkerd-server-authorization-without-server",
    Severity.ERROR,
    reads=(ServerAuthorization, LinkerdServer),
    absent=(LinkerdServer,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names: Names | None = None
    for authorization, servers in older_targets(mesh).items():
        if servers or not authorization.server:
            continue
        name = text(authorization.server.get("name"))
        if name:
            names = names or Names(server.full_name for server in mesh.all(LinkerdServer))
            near = names.nearest(f"{authorization.namespace}/{name}")
            what = f"{authorization.namespace}/{name}"
            fix = f"Did you mean {near}?" if near else "Name a Server of this namespace."
            message = f"Server {what} {ABSENT}, so this lets nobody in."
        else:
            what, fix = "with the selected labels", "Write labels that the Servers carry; those of pods do not count."
            message = f"A Server {what} {ABSENT} in {authorization.namespace}, so this lets nobody in."
        yield Claim(
            authorization,
            ("spec", "server", "name" if name else "selector"),
            message,
            fix=fix,
            absent=Missing("Server", what, LinkerdServer.KINDS, authorization.namespace),
            on_key=not name,
        )
