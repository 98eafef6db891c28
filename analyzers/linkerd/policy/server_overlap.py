"""Two Servers of Linkerd are for the same port of the same pods.

Why: a port has one Server. Linkerd goes by the older one and ignores the other without a word, with all policies and
routes that are attached to it.

Example:
    kind: Server
    metadata: {name: web-all}
    spec: {podSelector: {matchLabels: {app: web}}, port: 8080}
    ---
    kind: Server
    metadata: {name: web-front}
    spec: {podSelector: {matchLabels: {tier: front}}, port: http}   # the same port of the same pods

Fix: keep one of them, or make the selectors exclude each other.

Silent when: no workload of the input is selected by both. Which is older is known where the objects are read from a
cluster; of two new ones the name decides.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, Workload, analyzer
from meshctl.analysis.api.linkerd import ExternalWorkload, LinkerdServer, servers_by_port


@analyzer("LKD303", "linkerd-servers-overlap", Severity.ERROR, reads=(LinkerdServer, Workload, ExternalWorkload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for server, overlap in servers_by_port(mesh).overlaps.items():
        yield Claim(
            server,
            server.selector_path,
            f"Server {overlap.winner.name} is for port {overlap.port} of {overlap.workload.id} as well and goes before"
            " this one, which Linkerd ignores there.",
            fix="Keep one of them, or let the selectors exclude each other.",
            related=(Also(overlap.winner, overlap.winner.selector_path, "the one that counts"),),
            on_key=True,
        )
