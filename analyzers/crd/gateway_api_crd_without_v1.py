"""A CRD of the Gateway API does not serve v1, which future releases of Istio will need.

Why: today Istio falls back to v1beta1. After an upgrade of Istio the objects of this kind may have no effect any more.

Example:
    kind: CustomResourceDefinition
    metadata: {name: httproutes.gateway.networking.k8s.io}
    spec:
      group: gateway.networking.k8s.io
      names: {kind: HTTPRoute}
      versions:
      - {name: v1beta1, served: true}

Fix: install the CRDs of Gateway API 1.1 or newer before you upgrade Istio.

Silent when: another check already says that Istio cannot use the CRD today (IST0156, IST0176), or the input is
about another mesh alone.
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
    too_old,
)

_KINDS = frozenset({"Gateway", "GatewayClass", "HTTPRoute", "GRPCRoute"})


@analyzer("IST0172", "gateway-api-crd-without-v1", Severity.WARNING, reads=(CustomResourceDefinition, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if only_others(mesh):
        return
    for definition in mesh.all(CustomResourceDefinition):
        group, kind = definition.defines
        if group != GATEWAY_API or kind not in _KINDS or "v1" in definition.served or too_old(definition):
            continue
        if "v1beta1" in definition.served or kind == "GRPCRoute":
            yield Claim(
                definition,
                ("spec", "versions"),
                f"The CRD serves {', '.join(definition.served) or 'no version'} but not v1: a future Istio will ignore"
                f" every {kind}.",
                fix="Install the CRDs of Gateway API 1.1 or newer before upgrading Istio.",
            )
