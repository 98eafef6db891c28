"""Two VirtualServices claim one host for the sidecars of the mesh.

Why: sidecars do not merge VirtualServices. The oldest one for a host is used and the routes of the others are ignored,
so what happens depends on the order in which they were created. (Gateways do merge them.)

Example:
    kind: VirtualService
    metadata: {name: reviews}
    spec: {hosts: [reviews]}
    ---
    kind: VirtualService
    metadata: {name: reviews-canary}
    spec: {hosts: [reviews.shop.svc.cluster.local]}     # the same host

Fix: put all routes of a host into one VirtualService (it may delegate), or export them to different namespaces.

Only an info where one VirtualService alone names the host twice, which IST0106 is about.

Silent when: they are exported to different namespaces, bound to gateways only, or in different clusters; a wildcard and
a host below it, both for the same sidecars, where the more specific one counts.
"""

from collections.abc import Iterator
from itertools import islice

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, VirtualService, analyzer, mesh_claims

SHOWN = 10
LOOKED_AT = 100


@analyzer("IST0109", "conflicting-mesh-virtualservice-hosts", Severity.ERROR, reads=(VirtualService,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    claims = mesh_claims(mesh)
    for vs in mesh.all(VirtualService):
        for host in claims.hosts(vs):
            rivals = list(dict.fromkeys(islice(claims.rivals(vs, host), LOOKED_AT)))
            if rivals:
                names = ", ".join(rival.full_name for rival in rivals[:SHOWN])
                if len(rivals) > SHOWN:
                    names += f" and {'at least ' * (len(rivals) == LOOKED_AT)}{len(rivals) - SHOWN} more"
                yield Claim(
                    vs,
                    ("metadata", "name"),
                    f"Host {host} is claimed for sidecars by VirtualService {names} as well: they use the oldest one"
                    " alone and ignore the routes of the others.",
                    fix="Put the routes for the host into one VirtualService, or export them to different namespaces.",
                    related=tuple(
                        Also(rival, ("metadata", "name"), f"VirtualService {rival.full_name} claims the host as well")
                        for rival in rivals[:SHOWN]
                    ),
                )
                break
        else:
            if vs.applies_to_mesh and (twice := claims.twice(vs)):
                yield Claim(
                    vs,
                    ("metadata", "name"),
                    f"Host {twice} stands twice in this VirtualService: nobody else claims it for sidecars.",
                    fix="Name the host once.",
                    severity=Severity.INFO,
                )
