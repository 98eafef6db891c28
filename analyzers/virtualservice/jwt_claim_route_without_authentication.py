"""A route by JWT claims is bound to a gateway on which no RequestAuthentication reads the JWT.

Why: claims are known only after the gateway has verified the token. Without RequestAuthentication the match never
holds, so that the requests take another route or get a 404.

Example:
    kind: VirtualService
    spec:
      hosts: [shop.example.com]
      gateways: [shop-gateway]   # its pods have no RequestAuthentication
      http:
      - match:
        - headers:
            "@request.auth.claims.group": {exact: admin}
        route:
        - destination: {host: admin}

Fix: add a RequestAuthentication that selects the pods of the gateway, in their namespace.

Silent when: the gateway or its pods are not in the input; or one without selector is in their namespace or in the root
namespace.
"""

import re
from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    Gateway,
    MeshGraph,
    Missing,
    Path,
    RequestAuthentication,
    Severity,
    VirtualService,
    Workload,
    analyzer,
    authentication,
    enumerated,
    gateway_reference,
    mapping,
    numbered,
    workloads,
)

_CLAIM = re.compile(r"@request\.auth\.claims(\..|\[.+\])", re.IGNORECASE)


@analyzer(
    "IST0149",
    "jwt-claim-route-without-authentication",
    Severity.ERROR,
    reads=(VirtualService, Gateway, Workload, RequestAuthentication, ConfigMap),
    absent=(RequestAuthentication,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for vs in mesh.all(VirtualService):
        claim = next(_claims(vs), None)
        if claim is None:
            continue
        for _, name in vs.gateways:
            gateway = mesh.get(Gateway, *gateway_reference(name, vs.namespace))
            if gateway is None:
                continue
            bare = [w for w in workloads(mesh).selected_by(gateway.selector) if not authentication(mesh).covers(w)]
            if bare:
                yield Claim(
                    vs,
                    claim,
                    f"A RequestAuthentication for {enumerated((str(w.id) for w in bare), len(bare))}, which serves"
                    f" Gateway {gateway.full_name}, {ABSENT}: the claim in {claim[-1]} is never known there.",
                    fix=f"Add a RequestAuthentication in namespace {bare[0].namespace} that selects these pods.",
                    absent=_missing(mesh, gateway, bare[0]),
                    key=(gateway.full_name,),
                )


def _claims(vs: VirtualService) -> Iterator[Path]:
    for i, route in numbered(vs.spec.get("http")):
        for j, match in numbered(route.get("match")) if "match" in route else ():
            for field in ("headers", "withoutHeaders"):
                for header in mapping(match.get(field)):
                    if _CLAIM.match(header):
                        yield "spec", "http", i, "match", j, field, header


def _missing(mesh: MeshGraph, gateway: Gateway, workload: Workload) -> Missing:
    """It could be in either of two namespaces: one that is not known whole comes first."""
    places = (workload.namespace, authentication(mesh).root)
    lacking = [Missing("authentication of", gateway.full_name, RequestAuthentication.KINDS, p) for p in places]
    return next((m for m in lacking if not mesh.absence_is_proven(m)), lacking[0])
