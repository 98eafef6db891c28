"""A ReferenceGrant allows references to something that does not exist.

Why: it allows nothing. Mostly the name is misspelt, and the references that were to be allowed are refused.

Example:
    kind: ReferenceGrant
    metadata: {namespace: payments}
    spec:
      from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
      to: [{group: "", kind: Service, name: paymnets}]   # payments

Fix: write the name of something in the namespace of the grant, or leave it out to allow everything of the kind.

Silent when: it exists, or is of another kind than Service, Secret and ConfigMap, or is a Secret that something of the
input makes. Secrets and ConfigMaps are often kept apart: in files it is only a note unless others are there.
"""

from collections.abc import Iterator, Mapping

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    MeshGraph,
    Missing,
    Secret,
    SecretMaker,
    Service,
    Severity,
    View,
    analyzer,
    secret_names,
    service_names,
)
from meshctl.analysis.api.gatewayapi import ReferenceGrant

_KINDS: Mapping[str, type[View]] = {"Service": Service, "Secret": Secret, "ConfigMap": ConfigMap}


@analyzer(
    "GWA403",
    "reference-grant-target-not-found",
    Severity.WARNING,
    reads=(ReferenceGrant, Service, Secret, ConfigMap, SecretMaker),
    absent=(Service, Secret, ConfigMap),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    grants = mesh.all(ReferenceGrant)
    made = {(maker.namespace, maker.secret) for maker in mesh.all(SecretMaker)} if grants else set()
    for grant in grants:
        for path, kind, name in grant.targets:
            view = _KINDS.get(kind.kind) if not kind.group else None
            if not name or view is None or mesh.get(view, grant.namespace, name):
                continue
            if view is Secret and (grant.namespace, name) in made:
                continue
            full_name = f"{grant.namespace}/{name}"
            elsewhere = view is not Service
            yield Claim(
                grant,
                (*path, "name"),
                f"{kind.kind} {full_name} {ABSENT}: the grant allows nothing.",
                fix=_meant(mesh, view, full_name, grant.namespace) or "Write the name of something that exists.",
                absent=Missing(kind.kind, full_name, view.KINDS, grant.namespace, elsewhere=elsewhere),
            )


def _meant(mesh: MeshGraph, view: type[View], full_name: str, namespace: str) -> str | None:
    names = {Service: service_names, Secret: secret_names}.get(view)
    return names(mesh).meant(full_name, namespace) if names else None
