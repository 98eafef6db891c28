"""An authentication of Linkerd names nobody.

Why: a MeshTLSAuthentication without identities and a NetworkAuthentication without networks are of no use: Linkerd's
webhook refuses them, and a policy that demands one lets nobody in.

Example:
    kind: MeshTLSAuthentication
    metadata: {name: web-clients}
    spec:
      identities: []

Fix: list identities (`*` for all clients of the mesh), identityRefs or networks.

Silent when: there is one entry at least.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.linkerd import MeshTlsAuthentication, NetworkAuthentication


@analyzer(
    "LKD309", "linkerd-authentication-empty", Severity.ERROR, reads=(MeshTlsAuthentication, NetworkAuthentication)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for authentication in mesh.all(MeshTlsAuthentication):
        if not authentication.identities and not authentication.references:
            yield Claim(
                authentication,
                ("spec", "identities") if "identities" in authentication.spec else ("metadata", "name"),
                f"MeshTLSAuthentication {authentication.full_name} names no identity, so nobody fulfils it.",
                fix='List identities or identityRefs; "*" stands for all clients of the mesh.',
            )
    for network in mesh.all(NetworkAuthentication):
        if not network.networks:
            yield Claim(
                network,
                ("spec", "networks") if "networks" in network.spec else ("metadata", "name"),
                f"NetworkAuthentication {network.full_name} names no network, so nobody fulfils it.",
                fix="List the networks from which clients may come.",
            )
