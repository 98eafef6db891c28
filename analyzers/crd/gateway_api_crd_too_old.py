"""A CRD of the Gateway API is older than Istio needs, so its objects are ignored.

Why: Istio reads each kind in the version that a certain release of the Gateway API brought. With an older CRD the
cluster accepts the objects, and nothing happens.

Example:
    kind: CustomResourceDefinition
    metadata:
      name: tlsroutes.gateway.networking.k8s.io
      annotations:
        gateway.networking.k8s.io/bundle-version: v1.4.1   # TLSRoute needs 1.5

Fix: install the CRDs of a newer release of the Gateway API.

Silent when: the CRD does not say of which release it is, Istio has no demand on its kind, or the
input is about another mesh alone.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    GATEWAY_API_BUNDLE,
    Claim,
    CustomResourceDefinition,
    MeshGraph,
    Namespace,
    Severity,
    analyzer,
    only_others,
    too_old,
)


@analyzer("IST0176", "gateway-api-crd-too-old", Severity.WARNING, reads=(CustomResourceDefinition, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if only_others(mesh):
        return
    for definition in mesh.all(CustomResourceDefinition):
        if found := too_old(definition):
            yield Claim(
                definition,
                ("metadata", "annotations", GATEWAY_API_BUNDLE),
                f"The CRD is of Gateway API {found.installed}, and Istio needs at least {found.minimum}:"
                f" it ignores every {definition.defines.kind}.",
                fix=f"Install the CRDs of Gateway API {found.minimum} or newer.",
            )
