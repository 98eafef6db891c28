"""Two listeners of a Gateway take the same traffic.

Why: nobody can tell which of them is meant. The controller marks the second one as `Conflicted` and does not open it,
and the API server refuses two of one name. Listeners of ListenerSets come behind those of their Gateway.

Example:
    kind: Gateway
    spec:
      listeners:
      - {name: web, port: 80, protocol: HTTP}
      - {name: shop, port: 80, protocol: HTTP}   # no hostname either

Fix: give each a port or a hostname of its own; names have to differ, too.

Silent when: they differ in port; or, for HTTP, HTTPS and TLS, in hostname: the more specific one goes first. TCP shares
its port with none of them. TCP and UDP do not meet.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Namespace, Severity, analyzer
from meshctl.analysis.api.gatewayapi import ListenerConflict, ListenerOwner, listener_conflicts


@analyzer("GWA103", "listener-conflict", Severity.ERROR, reads=(ListenerOwner, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for conflict in listener_conflicts(mesh):
        owner, listener = conflict.later.owner, conflict.later.listener
        yield Claim(
            owner,
            (*listener.path, "name" if listener.name else "port"),
            _message(conflict),
            fix="Give it another name." if conflict.same_name else "Give it another port or hostname.",
            related=(Also(conflict.first.owner, conflict.first.listener.path, "the other listener"),),
        )


def _message(conflict: ListenerConflict) -> str:
    listener, first = conflict.later.listener, conflict.first.listener
    owner, other = conflict.later.owner, conflict.first.owner
    if conflict.same_name:
        return f"Another listener is called {listener.name}, too: the API server refuses the {owner.id.kind}."
    taken = f"{listener.hostname or 'every host'} on port {listener.port}"
    if listener.protocol != first.protocol:
        taken = f"port {listener.port} for {first.protocol}"
    whose = f" of {other.id}" if other is not owner else ""
    return f"Listener {first.where}{whose} has taken {taken}: {listener.where} is not opened."
