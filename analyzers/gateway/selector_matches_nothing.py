"""A Gateway selects no workload, so nothing serves it.

Why: the selector says which ingress pods get the gateway's listeners. Where none carries the labels, no pod opens the
ports: connections are refused, and VirtualServices bound to the gateway are without effect.

Example:
    kind: Gateway
    spec:
      selector: {istio: ingres-gateway}   # the pods carry istio: ingressgateway
      servers: [...]

Fix: write the labels that the pods of the gateway carry (`kubectl get pods -A --show-labels`), or install a
gateway with these labels.

Only an info where all pods were read, none has the labels, and a Deployment or its like makes such pods.

Silent when: a pod or a pod template of any namespace carries the labels. In files without the gateway's workload it is
only a note.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    Gateway,
    MeshGraph,
    Severity,
    Workload,
    analyzer,
    gateways_without_workload,
    makes_or_has,
    selector_text,
    stand_in,
)


@analyzer(
    "IST0101",
    "gateway-selector-matches-nothing",
    Severity.ERROR,
    reads=(Gateway, Workload),
    absent=(Workload,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for gateway, missing in gateways_without_workload(mesh):
        labels = sorted(gateway.selector)
        wanted = f"A workload with the labels {missing.name}" if labels else "A workload for the empty selector"
        yield Claim(
            gateway,
            ("spec", "selector", *labels[:1]),
            f"{wanted} {ABSENT}, so no pod serves this gateway and connections to it are refused.",
            fix="Write the labels that the pods of the gateway carry, or deploy a gateway with these labels.",
            absent=missing,
        )
    for gateway in mesh.all(Gateway):
        if planned := stand_in(mesh, gateway.selector, beside_templates=False):
            yield Claim(
                gateway,
                ("spec", "selector", *sorted(gateway.selector)[:1]),
                f"No pod that was read has the labels {selector_text(gateway.selector)}, so nothing serves this gateway"
                f" yet: {makes_or_has(planned)}.",
                fix="See why the workload has no pods, if it should have some by now.",
                severity=Severity.INFO,
            )
