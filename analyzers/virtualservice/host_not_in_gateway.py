"""A VirtualService is bound to a Gateway that serves none of its hosts.

Why: the gateway has no listener for the hosts, so requests for them get a 404 there.

Example:
    kind: VirtualService
    spec:
      hosts: [shop.example.org]
      gateways: [istio-system/public]     # its servers have hosts: ["*.example.com"]

Fix: correct the host, or add it to a server of the Gateway. An entry `namespace/host` of a Gateway is for
VirtualServices of that namespace alone.

Where the Gateway itself does not exist, or the VirtualService has no hosts, that is the cause and is reported as such;
what it means at the Gateway is then an info.

Silent when: one of the hosts is served, or a part of a wildcard host; the Gateway may exist outside the input.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    Edge,
    Gateway,
    KubernetesGateway,
    MeshGraph,
    Missing,
    ServedHosts,
    Severity,
    VirtualService,
    analyzer,
    enumerated,
    fqdn,
    gateway_hosts,
    virtualservice_gateways,
)


@analyzer(
    "IST0132",
    "virtualservice-host-not-in-gateway",
    Severity.WARNING,
    reads=(VirtualService, Gateway, KubernetesGateway),
    absent=(Gateway, KubernetesGateway),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for edge in virtualservice_gateways(mesh).found:
        vs = edge.source
        if not isinstance(vs, VirtualService):
            continue
        names = [host for _, host in vs.hosts]
        if not names:
            yield _without_hosts(edge)
            continue
        if isinstance(edge.target, Missing):
            if mesh.absence_is_proven(edge.target):
                yield _without_gateway(edge, edge.target, names)
            continue
        served = gateway_hosts(mesh)[edge.target]
        full = [fqdn(host, vs.namespace, mesh.settings.cluster_domain) for host in names]
        if not any(served.serves(host, vs.namespace) for host in (*names, *full)):
            yield Claim(
                vs,
                edge.path,
                f"Gateway {edge.target.full_name} serves none of the hosts of this VirtualService"
                f" ({enumerated(names, len(names))}): requests for them get a 404 there.",
                fix=_fix(served, names, vs.namespace),
                key=(edge.target.full_name,),
            )


def _without_gateway(edge: Edge, missing: Missing, names: list[str]) -> Claim:
    return Claim(
        edge.source,
        edge.path,
        f"Nothing takes up requests for the hosts of this VirtualService ({enumerated(names, len(names))}) at"
        f" {missing.name}, because that Gateway {ABSENT}.",
        fix="Correct the name of the Gateway, or remove the entry.",
        absent=missing,
        severity=Severity.INFO,
    )


def _without_hosts(edge: Edge) -> Claim:
    return Claim(
        edge.source,
        edge.path,
        "A VirtualService without hosts is for nobody's requests at a Gateway.",
        fix="Add the hosts, or, if others delegate to it, remove gateways.",
        severity=Severity.INFO,
    )


def _fix(served: ServedHosts, names: list[str], namespace: str) -> str:
    if others := sorted({other for host in names for other in served.reserved_for(host)}):
        return (
            f"Let the Gateway serve the host for namespace {namespace} as well: it does for"
            f" {enumerated(others, len(others))} alone."
        )
    if not served.shown:
        return "Give the Gateway servers with hosts: it has none."
    return f"Add the host to a server of the Gateway, which serves {enumerated(served.shown, len(served.shown))}."
