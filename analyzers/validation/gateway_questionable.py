"""A Gateway has TLS settings that do nothing or that no client can use.

Why: certificates beside PASSTHROUGH are never shown, and ciphers that Envoy does not know are left out without a
word.

Example:
    servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [shop.example.com]
      tls: {mode: PASSTHROUGH, credentialName: shop}

Fix: remove the setting, or choose the mode that uses it.

Silent when: the setting is refused: that is `gateway-invalid`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, Gateway, MeshGraph, Severity, advised_against, analyzer


@analyzer("IST0133", "gateway-questionable", Severity.WARNING, reads=(Gateway,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, Gateway)
