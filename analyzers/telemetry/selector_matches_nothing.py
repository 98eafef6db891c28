"""A Telemetry selects no workload of its namespace, so it does nothing.

Why: a Telemetry with a selector is for the pods of its own namespace, also in the root namespace. Where none carries
the labels, the metrics, traces and access logs that it asks for are not made.

Example:
    kind: Telemetry
    metadata: {namespace: shop}
    spec:
      selector:
        matchLabels: {app: reviewz}   # the pods carry app: reviews

Fix: write the labels that the pods carry, move the Telemetry to their namespace, or delete it.

Only an info where all pods were read, none has the labels, and a Deployment or its like makes such pods.

Silent when: a pod, a pod template, a WorkloadEntry, a WorkloadGroup or a Gateway of the Gateway API in the namespace
carries the labels, or the Telemetry is attached by `targetRefs`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    KubernetesGateway,
    Machine,
    MeshGraph,
    Severity,
    Telemetry,
    Workload,
    analyzer,
    selector_text,
    telemetries_without_workload,
    without_pods,
)


@analyzer(
    "IST0101",
    "telemetry-selector-matches-nothing",
    Severity.ERROR,
    reads=(Telemetry, Workload, Machine, KubernetesGateway),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for telemetry, missing in telemetries_without_workload(mesh):
        yield Claim(
            telemetry,
            telemetry.place,
            f"A workload with the labels {missing.name} {ABSENT} in {missing.namespace}, so it does nothing.",
            fix="Write the labels that the pods carry, move the Telemetry to their namespace, or delete it.",
            absent=missing,
        )
    for telemetry in mesh.all(Telemetry):
        planned = (
            without_pods(mesh, telemetry.selector, telemetry.namespace)
            if telemetry.selector and not telemetry.targets
            else ()
        )
        if planned:
            yield Claim(
                telemetry,
                telemetry.place,
                f"No pod has the labels {selector_text(telemetry.selector)}, so it does nothing yet:"
                f" {planned[0].id} makes such pods.",
                fix="See why the workload has no pods, if it should have some by now.",
                severity=Severity.INFO,
            )
