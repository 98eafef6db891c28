"""A resource of the Gateway API is written in a version that its definition does not serve.

Why: the API server knows the kind and not the version: applying the resource fails with `no matches for kind`.

Example:
    apiVersion: gateway.networking.k8s.io/v1alpha2   # the definition serves v1 and v1beta1
    kind: HTTPRoute

Fix: write one of the versions that the definition serves, or install a newer release of the definitions.

Silent when: the definition is not in the input, or serves the version.
"""

from collections.abc import Iterator

from meshctl.analysis.api import GATEWAY_API, Claim, CustomResourceDefinition, MeshGraph, Severity, analyzer
from meshctl.analysis.api.gatewayapi import GatewayApiStatus, ReferenceGrant


@analyzer(
    "GWA505",
    "gateway-api-version-not-served",
    Severity.ERROR,
    reads=(GatewayApiStatus, ReferenceGrant, CustomResourceDefinition),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    served = {d.defines: d.served for d in mesh.all(CustomResourceDefinition) if d.defines.group == GATEWAY_API}
    for found in (*mesh.all(GatewayApiStatus), *mesh.all(ReferenceGrant)):
        versions = served.get(found.id.kind_key)
        version = found.resource.version
        if versions and version and version not in versions:
            yield Claim(
                found,
                ("apiVersion",),
                f"The definition of {found.id.kind} serves {', '.join(versions)}, and not {version}: the API server"
                " refuses the resource.",
                fix=f"Write {found.id.group}/{versions[0]}.",
            )
