"""A ReferenceGrant allows references from a namespace that does not exist.

Why: mostly the name is misspelt, and the references that were to be allowed are refused. Or the namespace is gone: who
creates one of that name gets the permission with it.

Example:
    kind: ReferenceGrant
    metadata: {namespace: payments}
    spec:
      from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shpo}]   # shop

Fix: write the name of the namespace, or remove the entry.

Silent when: a Namespace of that name exists, or something of the input is in it.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Namespace, Severity, analyzer, known_namespaces
from meshctl.analysis.api.gatewayapi import ReferenceGrant


@analyzer(
    "GWA402",
    "reference-grant-namespace-not-found",
    Severity.WARNING,
    reads=(ReferenceGrant, Namespace),
    absent=(Namespace,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for grant in mesh.all(ReferenceGrant):
        known = known_namespaces(mesh)
        for path, kind, namespace in grant.origins:
            if namespace and not known.has(namespace):
                near = known.nearest(namespace)
                yield Claim(
                    grant,
                    (*path, "namespace"),
                    f"Namespace {namespace} {ABSENT}: this allows no {kind.kind} anything.",
                    fix=f"Did you mean {near}?" if near else "Write the name of a namespace, or remove the entry.",
                    absent=Missing("namespace", namespace, Namespace.KINDS),
                )
