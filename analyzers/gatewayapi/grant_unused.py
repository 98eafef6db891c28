"""A ReferenceGrant allows references that nobody makes.

Why: it is harmless today. Whoever may write routes in the other namespace can use it all the same, and nobody remembers
why it is there.

Example:
    kind: ReferenceGrant
    metadata: {namespace: payments}
    spec:
      from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
      to: [{group: "", kind: Service}]   # no HTTPRoute of shop leads to payments

Fix: remove the grant, or the entry.

Silent when: a reference needs it; its kinds are not those of the Gateway API; or the other namespace is not in the
input: then it says so.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    GatewayRoute,
    KindKey,
    MeshGraph,
    Missing,
    Namespace,
    Secret,
    SecretMaker,
    Service,
    ServiceEntry,
    Severity,
    analyzer,
    known_namespaces,
)
from meshctl.analysis.api.gatewayapi import (
    REFERRERS,
    BackendTlsPolicy,
    ListenerOwner,
    ReferenceGrant,
    TrustBundle,
    crossings,
)


@analyzer(
    "GWA402",
    "reference-grant-unused",
    Severity.INFO,
    reads=(
        GatewayRoute,
        ListenerOwner,
        BackendTlsPolicy,
        Service,
        ServiceEntry,
        Secret,
        ConfigMap,
        SecretMaker,
        TrustBundle,
        ReferenceGrant,
        Namespace,
    ),
    absent=(GatewayRoute, ListenerOwner),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for grant in mesh.all(ReferenceGrant):
        for path, kind, namespace in grant.origins:
            if kind in REFERRERS and known_namespaces(mesh).has(namespace) and not _used(mesh, grant, kind, namespace):
                yield Claim(
                    grant,
                    path,
                    f"A {kind.kind} of namespace {namespace} that needs this grant {ABSENT}.",
                    fix="Remove the grant, or this entry.",
                    absent=Missing(kind.kind, f"{namespace}/*", (kind,), namespace),
                )


def _used(mesh: MeshGraph, grant: ReferenceGrant, kind: KindKey, namespace: str) -> bool:
    for _, target, name in grant.targets:
        names = crossings(mesh).get((kind, namespace, target, grant.namespace), ())
        if name in names or (names and not name):
            return True
    return False
