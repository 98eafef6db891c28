"""An IngressGateway or TerminatingGateway configures a gateway that is not deployed.

Why: the resource has only the configuration of a gateway. Without a Deployment that registers under its name, as the
Helm chart makes one for each of `ingressGateways.gateways` and `terminatingGateways.gateways`, it has no effect.

Example:
    kind: IngressGateway
    metadata: {name: public}   # the chart deploys one with the name ingress-gateway

Fix: name the resource as the gateway, or add a gateway of that name to the values of the chart.

Silent when: pods with the annotations gateway-kind and gateway-consul-service-name are in the input; or the
TerminatingGateway asks Consul to deploy it.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Names, Severity, Workload, analyzer
from meshctl.analysis.api.consul import ConsulEntry, IngressGateway, TerminatingGateway, deployed_gateways

_KINDS = {"IngressGateway": "ingress-gateway", "TerminatingGateway": "terminating-gateway"}


@analyzer(
    "CSL403",
    "consul-gateway-not-deployed",
    Severity.WARNING,
    reads=(IngressGateway, TerminatingGateway, Workload),
    absent=(Workload,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    wanted: list[ConsulEntry] = [*mesh.all(IngressGateway)]
    wanted += [gateway for gateway in mesh.all(TerminatingGateway) if not gateway.deploys_itself]
    deployed = deployed_gateways(mesh) if wanted else frozenset()
    known = Names(name for _, name in deployed)
    for entry in wanted:
        kind = _KINDS[entry.id.kind]
        if (kind, entry.name) not in deployed:
            near = known.nearest(entry.name)
            yield Claim(
                entry,
                ("metadata", "name"),
                f"A deployed {kind} with the name {entry.name} {ABSENT}: this {entry.id.kind} has no effect.",
                fix=f"Did you mean {near}?" if near else "Name it as the gateway, or deploy one of this name.",
                absent=Missing("gateway", entry.name, Workload.KINDS),
            )
