"""A rule of an AuthorizationPolicy looks at HTTP on a port that is not HTTP.

Why: the proxy sees connections there, and no methods, paths, hosts, headers or tokens. A rule that allows fits nothing
then, so all that only it allows is denied; one that denies leaves out what it cannot see, and denies every connection.

Example:
    rules:
    - to:
      - operation: {methods: [GET]}   # the Service calls the port tcp-api, or appProtocol: tcp

Fix: call the port of the Service http-... if it is HTTP; else use only ports, principals, namespaces and addresses.

Silent when: one of the ports is HTTP, or sidecars look at its traffic to tell; a container has a port that no Service
sends to; the rule denies and names no ports (IST0133); the workloads have no sidecar, or are gateways or machines.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer, enumerated, protocol_hint
from meshctl.analysis.api.authorization import SELECTION_READS, HttpOnTcp, action_of, http_on_tcp

_EFFECTS = {
    "ALLOW": "so the rule fits nothing, and allows nothing",
    "DENY": "so the rule denies every connection to it",
}


@analyzer("MSH434", "authorizationpolicy-http-rule-on-tcp-port", Severity.WARNING, reads=SELECTION_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in http_on_tcp(mesh):
        yield _claim(found)


def _claim(found: HttpOnTcp) -> Claim:
    path = (found.constraint.values or found.constraint.excluded)[0].path[:-1]
    what = path[-1] if "when" not in path else found.constraint.attribute
    ports = [f"{s.port.number} of {s.service.id} ({protocol_hint(s.port) or 'tcp'})" for s in found.ports]
    is_are = "port {} is" if len(ports) == 1 else "ports {} are"
    return Claim(
        found.policy,
        path,
        f"{what} can be seen in HTTP alone, and {is_are.format(enumerated(ports, len(ports)))} not HTTP,"
        f" {_EFFECTS[action_of(found.policy)]}.",
        fix="Call the port of the Service http-... if it is HTTP, else use no attributes of HTTP.",
        related=tuple(Also(s.service, s.port.path, "says the protocol") for s in found.ports[:1]),
    )
