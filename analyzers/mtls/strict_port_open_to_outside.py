"""A Service is open to callers outside the cluster, and its pods take mutual TLS alone.

Why: whoever comes through a load balancer has no certificate of the mesh: the pods' proxy resets every connection. Only
members of the mesh get in, and these have no need of a load balancer.

Example:
    kind: Service
    metadata: {name: web, namespace: shop}      # the namespace has STRICT
    spec:
      type: LoadBalancer
      selector: {app: web}
      ports: [{name: http, port: 80, targetPort: 8080}]

Fix: let callers in through a gateway of the mesh and make this a ClusterIP, or let the port take both, with PERMISSIVE
in `portLevelMtls` of a PeerAuthentication.

An info for a NodePort, which many Services have that nobody calls from outside.

Silent when: the pods are those of a gateway, are not known, or have no proxy; the port is left out.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, DestinationRule, MeshGraph, Severity, analyzer
from meshctl.analysis.api.mtls import READS, places_of, refusing_open_services

_READS = tuple(kind for kind in READS if kind is not DestinationRule)


@analyzer("MSH429", "strict-port-open-to-outside", Severity.WARNING, reads=_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for each in refusing_open_services(mesh):
        because = each.refusing[0].acceptance.because
        yield Claim(
            each.service,
            ("spec", "type"),
            f"Callers from outside have no certificate of the mesh, and {because.text}: they cannot use"
            f" {places_of(each.refusing)}.",
            fix="Let them in through a gateway of the mesh, or let portLevelMtls say PERMISSIVE for the port.",
            related=(Also(because.view, because.path, "what the pods take"),) if because.view else (),
            severity=None if each.service.type == "LoadBalancer" else Severity.INFO,
        )
