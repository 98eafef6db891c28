"""An authentication or EgressNetwork of Linkerd names nobody.

Why: a policy that demands a MeshTLSAuthentication without identities lets nobody in. A NetworkAuthentication without
networks, or an EgressNetwork with an empty list of them, Linkerd's webhook refuses.

Example:
    kind: MeshTLSAuthentication
    metadata: {name: web-clients}
    spec:
      identities: []

Fix: list identities (`*` for all clients of the mesh), identityRefs or networks; of an EgressNetwork leave `networks`
out, which means all that are not the cluster's.

Silent when: there is one entry at least.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.linkerd import EgressNetwork, MeshTlsAuthentication, NetworkAuthentication


@analyzer(
    "LKD309",
    "linkerd-authentication-empty",
    Severity.ERROR,
    reads=(MeshTlsAuthentication, NetworkAuthentication, EgressNetwork),
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
    for egress in mesh.all(EgressNetwork):
        if egress.spec.get("networks") == []:
            yield Claim(
                egress,
                ("spec", "networks"),
                f"EgressNetwork {egress.full_name} has an empty list of networks, so Linkerd does not accept it.",
                fix="List networks, or leave the field out for all that are not the cluster's.",
            )
