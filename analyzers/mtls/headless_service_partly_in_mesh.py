"""Clients of a headless Service use mutual TLS for all of its pods or for none, and some of these take only the other.

Why: a proxy does not choose the pod of a headless Service, so it cannot look at each. It uses mutual TLS if every pod
takes it. One without a sidecar is enough that all get plaintext, which pods with STRICT reset; and where all have one,
a pod for which a PeerAuthentication says DISABLE gets a handshake that nobody ends. Requests get a 503.

Example:
    kind: Service
    metadata: {name: db, namespace: shop}
    spec: {clusterIP: None, selector: {app: db}, ports: [{name: tcp, port: 5432}]}
    # db-0 has a sidecar and takes STRICT, db-1 has none

Fix: give all pods a sidecar or none, and one PeerAuthentication for all of them; or write a DestinationRule with `tls`
that says what all of them take.

Silent when: a DestinationRule says how to speak to the Service; whether some pod has a sidecar is not known, or it is
in ambient mode.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, HostEntry, MeshGraph, Service, Severity, analyzer, hosts
from meshctl.analysis.api.mtls import READS, Client, is_headless, judge, sends, takings


@analyzer("MSH425", "headless-service-partly-in-mesh", Severity.WARNING, reads=READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = hosts(mesh)
    for service in mesh.all(Service):
        if service.is_headless and service.selector:
            host = next(known.named(known.of_service(service.name, service.namespace)), None)
            if host is not None and is_headless(host):
                yield from _claims(mesh, service, host)


def _claims(mesh: MeshGraph, service: Service, host: HostEntry) -> Iterator[Claim]:
    for taking in takings(mesh).of(host):
        sending = sends(mesh, Client(service.namespace), host, taking.port, taking.answering.server)
        decided = sending.rule is not None and sending.rule.mode
        if taking.answering.way != "sidecar" or decided or not sending.headless:
            continue
        if judge(sending, taking.acceptance.what, "sidecar")[0] == "fails":
            sent, taken = sending.because, taking.acceptance.because
            yield Claim(
                service,
                ("spec", "clusterIP"),
                f"Clients speak {sending.what} to all pods, as the Service is headless, but {taken.text}: requests to"
                f" port {taking.port} of such a pod get a 503. Why they do: {sent.text}.",
                fix="Give all of its pods a sidecar and one PeerAuthentication, or say in a DestinationRule how to"
                " speak to all of them.",
                related=tuple(
                    Also(because.view, because.path, role)
                    for because, role in ((sent, "why clients speak so"), (taken, "what some pods take"))
                    if because.view
                ),
            )
            return
