"""A CRD of the Gateway API serves neither v1beta1 nor v1, which are the versions that Istio reads.

Why: Istio cannot list the objects of such a kind, so none of them has an effect.

Example:
    kind: CustomResourceDefinition
    metadata: {name: gateways.gateway.networking.k8s.io}
    spec:
      group: gateway.networking.k8s.io
      names: {kind: Gateway}
      versions:
      - {name: v1alpha2, served: true}

Fix: install the CRDs of a current release of the Gateway API.

Silent when: the CRD serves one of the two, is for a kind that Istio reads in an alpha version, or the
input is about another mesh alone.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    GATEWAY_API,
    Claim,
    CustomResourceDefinition,
    MeshGraph,
    Namespace,
    Severity,
    analyzer,
    only_others,
)

_KINDS = frozenset({"Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"})


@analyzer("IST0156", "gateway-api-crd-without-beta", Severity.ERROR, reads=(CustomResourceDefinition, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if only_others(mesh):
        return
    for definition in mesh.all(CustomResourceDefinition):
        group, kind = definition.defines
        if group == GATEWAY_API and kind in _KINDS and {"v1beta1", "v1"}.isdisjoint(definition.served):
            served = ", ".join(definition.served) or "no version"
            yield Claim(
                definition,
                ("spec", "versions"),
                f"The CRD serves {served}, and Istio needs v1beta1 or v1: every {kind} is ignored.",
                fix="Install the CRDs of a current release of the Gateway API.",
            )
