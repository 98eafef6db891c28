"""Whether a client can talk to a server: what it sends, what the server takes, and which fields decided both.

Ask `connection` for one client, host, port and server:

    client = client_of(mesh, workload)               # or Client("shop"): any client with a sidecar in a namespace
    host = hosts(mesh).find("reviews", "shop")        # None for a call to the address of a pod
    found = connection(mesh, client, host, 9080, server, subset="v1")
    found.sent, found.sent_because.text, found.sent_because.view, found.sent_because.path
    found.accepted, found.accepted_because.text       # and so on
    found.outcome, found.why                          # "works", "fails" or "unknown", and a sentence

`port` is that of the host (the Service's); the port of the pod is found from it. `behind(mesh)(host)` gives the servers
of a host, one for each class of pods that differ in nothing that matters here: to judge a whole host, ask for each.
With the labels of a subset as second argument it gives those of the subset.

`accepts` tells of the server alone, by the port of the pod. `identity_is_known` tells whether policies about the
caller's identity can ever match there. All of them take a Workload or a WorkloadEntry (Machine) as server, raise
nothing, and say `unknown` where the input does not decide. They read the kinds in `READS`: a check declares these.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from meshctl.graph.destinationrules import destination_rules
from meshctl.graph.hosts import HostEntry, hosts
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.mtls.accepting import Acceptance, Accepted, accepts
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.behind import endpoint_port
from meshctl.graph.mtls.clients import Client
from meshctl.graph.mtls.sending import Sending, Sent, sends
from meshctl.graph.mtls.servers import Way, carried_by, takes_tunnel, ways
from meshctl.graph.mtls.tlssettings import starts_mutual_tls
from meshctl.graph.view import View
from meshctl.graph.workloads import services_by_selector

Outcome = Literal["works", "fails", "unknown"]
Identity = Literal["always", "sometimes", "never", "unknown"]

# In how many namespaces clients are asked for; where more have rules of their own, some may use mutual TLS.
_ASKED = 20

READS: tuple[type[View], ...] = (
    DestinationRule,
    PeerAuthentication,
    Service,
    ServiceEntry,
    Workload,
    Machine,
    Namespace,
    ConfigMap,
    MutatingWebhookConfiguration,
)


class Connection(NamedTuple):
    """What becomes of a connection. `port` is that of the server's pod, None where it is not known."""

    sent: Sent
    sent_because: Because
    accepted: Accepted
    accepted_because: Because
    outcome: Outcome
    why: str
    port: int | None


def connection(
    mesh: MeshGraph,
    client: Client,
    host: HostEntry | None,
    port: int,
    server: Workload | Machine | None = None,
    subset: str = "",
) -> Connection:
    """What a client sends to `port` of a host, and what the pods of `server` behind it make of that.

    Without a host, `port` is that of the pod. Without a server, what is taken is unknown.
    """
    sending = sends(mesh, client, host, port, server, subset)
    inside = port if host is None or server is None else endpoint_port(host, port, server)
    if server is None:
        taken = Acceptance("unknown", Because("which pods answer is not known"))
    elif inside is None:
        taken = Acceptance("unknown", Because(f"{server.id} has no port for port {port}", server))
    else:
        taken = accepts(mesh, server, inside)
    outcome, why = judge(sending, taken.what, ways(mesh)(server) if server is not None else "unknown")
    return Connection(sending.what, sending.because, taken.what, taken.because, outcome, why, inside)


def identity_is_known(mesh: MeshGraph, server: Workload | Machine, port: int) -> Identity:
    """Whether callers of a port of a pod have an identity that a policy can ask for.

    "always" where plain connections are refused, "sometimes" where clients with a proxy use mutual TLS, "never" where
    nobody does: mutual TLS is off at the server, or every client sends plaintext.
    """
    taken = accepts(mesh, server, port).what
    if taken == "mutual only":
        return "always"
    if taken == "plaintext only":
        return "never"
    if taken == "unknown":
        return "unknown"
    if ways(mesh)(server) == "ambient" or takes_tunnel(mesh, server):
        return "sometimes"
    calls = [
        (host, number)
        for host in hosts_of(mesh, server)
        for number in host.ports
        if endpoint_port(host, number, server) == port
    ]
    if not calls or any(_may_be_mutual(mesh, host, number, server) for host, number in calls):
        return "sometimes" if calls else "unknown"
    return "never"


def _may_be_mutual(mesh: MeshGraph, host: HostEntry, port: int, server: Workload | Machine) -> bool:
    """Whether clients of some namespace use mutual TLS: one with DestinationRules for the host, or any other."""
    rules = destination_rules(mesh).anywhere(host.host)
    if any(starts_mutual_tls(rule) or rule.client_labels is not None for rule in rules):
        return True
    # A namespace without a name stands for those that have no rule.
    places = dict.fromkeys(("", host.first.namespace, *(rule.namespace for rule in rules)))
    if len(places) > _ASKED:
        return True
    said = (sends(mesh, Client(place), host, port, server).what for place in places)
    return any(what not in ("plaintext", "own TLS") for what in said)


def hosts_of(mesh: MeshGraph, server: Workload | Machine) -> Iterator[HostEntry]:
    """The hosts of the Services that select a server."""
    known = hosts(mesh)
    for service in services_by_selector(mesh).selecting(carried_by(server), server.namespace):
        host = known.of_service(service.name, service.namespace)
        if entry := known.find(host, service.namespace) or known.hidden(host, service.namespace):
            yield entry


def judge(sending: Sending, taken: Accepted, way: Way) -> tuple[Outcome, str]:
    """What becomes of what is sent where that is taken, by a server that takes part in this way; and a sentence."""
    sent = sending.what
    if sent == "unknown":
        return "unknown", "What is sent is not known."
    if taken == "unknown":
        return "unknown", "What is taken is not known."
    if sent == "own TLS":
        if taken != "mutual only" or way == "ambient":
            return "unknown", "The bytes get to the application as they are, which has to speak TLS itself."
        if sending.rule and sending.rule.mode == "MUTUAL":
            return "unknown", "The server takes certificates of the mesh alone, and which one is shown is not known."
        return "fails", "The server wants a certificate of the mesh, and the client shows none: the handshake fails."
    if sent == "plaintext" and taken == "mutual only":
        return "fails", "The server takes mutual TLS alone and resets plain connections."
    if sent in ("mutual TLS", "HBONE") and taken == "plaintext only":
        return "fails", "Nobody ends the TLS: the application gets a handshake where it waits for a request."
    if sent == "plaintext":
        return "works", "Unencrypted: nobody proves who calls."
    return "works", "Encrypted, and both sides prove who they are."
