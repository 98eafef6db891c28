"""A Gateway has a value that Istio refuses.

Why: a refused Gateway opens no port, also for those of its servers that are right.

Example:
    servers:
    - port: {number: 443, name: https, protocol: HTTPS}   # and no tls
      hosts: [shop.example.com]

Fix: a server needs a port with number, name and protocol, hosts that are whole names, and TLS settings that fit the
protocol; the finding says which is wrong.

Silent when: the certificate's Secret does not exist or the selector fits no pod: those have their own checks.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, Gateway, MeshGraph, Severity, analyzer, refused


@analyzer("IST0106", "gateway-invalid", Severity.ERROR, reads=(Gateway,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, Gateway)
