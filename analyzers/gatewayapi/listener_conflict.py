"""Two listeners of a Gateway take the same traffic.

Why: nobody can tell which of them is meant. The controller marks the second one as `Conflicted` and does not open it,
and the API server refuses what differs in the name alone.

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

from meshctl.analysis.api import (
    Also,
    Claim,
    ListenerConflict,
    ListenerOwner,
    MeshGraph,
    Severity,
    analyzer,
    listener_conflicts,
)


@analyzer("GWA103", "listener-conflict", Severity.ERROR, reads=(ListenerOwner,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for conflict in listener_conflicts(mesh):
        listener = conflict.listener
        yield Claim(
            conflict.owner,
            (*listener.path, "name" if listener.name else "port"),
            _message(conflict),
            fix="Give it another name."
            if listener.name == conflict.first.name
            else "Give it another port or hostname.",
            related=(Also(conflict.owner, conflict.first.path, "the other listener"),),
        )


def _message(conflict: ListenerConflict) -> str:
    listener, first = conflict.listener, conflict.first
    if listener.name and listener.name == first.name:
        return f"Another listener is called {listener.name}, too: the API server refuses the {conflict.owner.id.kind}."
    if listener.protocol != first.protocol:
        taken = f"port {listener.port} for {first.protocol}"
    else:
        taken = f"{listener.hostname or 'every host'} on port {listener.port}"
    return f"Listener {first.where} has taken {taken}: {listener.where} is not opened."
