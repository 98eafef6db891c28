"""The match of a route names a Gateway, or `mesh`, that the VirtualService is not bound to.

Why: only the proxies of `spec.gateways` get the VirtualService at all; the match chooses among them. It can never
hold, so its requests fall through to a later route, or get a 404.

Example:
    spec:
      gateways: [public]
      http:
      - match:
        - gateways: [mesh]     # sidecars do not get this VirtualService

Fix: add the entry to `spec.gateways`. Where there is none, that means `[mesh]`.

Silent when: the Gateway does not exist, which is reported instead; the VirtualService is a delegate.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    GENERATED,
    MESH,
    Claim,
    Gateway,
    KubernetesGateway,
    MeshGraph,
    Severity,
    VirtualService,
    analyzer,
    gateway_reference,
    match_gateways,
)


@analyzer(
    "MSH403",
    "virtualservice-match-gateway-not-bound",
    Severity.WARNING,
    reads=(VirtualService, Gateway, KubernetesGateway),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    unknown = {(edge.source.id, edge.path) for edge, _ in match_gateways(mesh).missing}
    for vs in mesh.all(VirtualService):
        bound = set(vs.gateway_references)
        for path, name in vs.match_gateways if vs.hosts else ():
            held = vs.applies_to_mesh if name == MESH else gateway_reference(name, vs.namespace) in bound
            if not held and GENERATED not in name and (vs.id, path) not in unknown:
                yield Claim(
                    vs,
                    path,
                    f"This VirtualService is not bound to {name}, so the match never holds: its requests fall through"
                    " to a later route or get a 404.",
                    fix=f"Add {name} to spec.gateways (where that is left out, it means mesh), or leave it out here.",
                )
