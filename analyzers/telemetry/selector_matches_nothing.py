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

Only an info where all pods were read and none has the labels, but a Deployment or its like makes such pods, a
WorkloadEntry, a WorkloadGroup or a Gateway of the Gateway API has them, or the Telemetry is attached by `targetRefs`.

Silent when: a pod of the namespace carries the labels; or not all pods were read and something else carries them.
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
    makes_or_has,
    pods_were_read,
    selector_text,
    stand_in,
    telemetries_without_workload,
    workloads,
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
        labels = selector_text(telemetry.selector)
        if telemetry.targets and labels:
            selected = workloads(mesh).selected_by(telemetry.selector, telemetry.namespace)
            if pods_were_read(mesh, telemetry.namespace) and not any(w.is_pod for w in selected):
                yield Claim(
                    telemetry,
                    telemetry.place,
                    f"No pod that was read has the labels {labels}; they are not looked at, as the Telemetry is"
                    " attached to something by name.",
                    fix="Remove the selector: a Telemetry has either a selector or targets.",
                    severity=Severity.INFO,
                )
        elif labels and (planned := stand_in(mesh, telemetry.selector, telemetry.namespace)):
            yield Claim(
                telemetry,
                telemetry.place,
                f"No pod that was read has the labels {labels}, so it does nothing yet: {makes_or_has(planned)}.",
                fix="See why the workload has no pods, if it should have some by now.",
                severity=Severity.INFO,
            )
