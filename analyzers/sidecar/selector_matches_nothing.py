"""A Sidecar selects no workload of its namespace, so it does nothing.

Why: a Sidecar is for the pods of its own namespace that carry its labels. Where none does, the limits that it sets are
not in force: the proxies keep the configuration of the whole mesh, or that of another Sidecar.

Example:
    kind: Sidecar
    metadata: {namespace: shop}
    spec:
      workloadSelector:
        labels: {app: reviewz}   # the pods carry app: reviews

Fix: write the labels that the pods carry, move the Sidecar to their namespace, or delete it.

Only an info where all pods were read and none has the labels, but a Deployment or its like makes such pods, or a
WorkloadEntry, a WorkloadGroup or a Gateway of the Gateway API has them.

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
    Sidecar,
    Workload,
    analyzer,
    makes_or_has,
    selector_text,
    sidecars_without_workload,
    stand_in,
)


@analyzer(
    "IST0101",
    "sidecar-selector-matches-nothing",
    Severity.ERROR,
    reads=(Sidecar, Workload, Machine, KubernetesGateway),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for sidecar, missing in sidecars_without_workload(mesh):
        yield Claim(
            sidecar,
            ("spec", "workloadSelector", "labels", *sorted(sidecar.selector)[:1]),
            f"A workload with the labels {missing.name} {ABSENT} in {missing.namespace}, so the Sidecar has no effect.",
            fix="Write the labels that the pods carry, move the Sidecar to their namespace, or delete it.",
            absent=missing,
        )
    for sidecar in mesh.all(Sidecar):
        if sidecar.selector and (planned := stand_in(mesh, sidecar.selector, sidecar.namespace)):
            yield Claim(
                sidecar,
                ("spec", "workloadSelector", "labels", *sorted(sidecar.selector)[:1]),
                f"No pod that was read has the labels {selector_text(sidecar.selector)}, so the Sidecar has no effect"
                f" on pods yet: {makes_or_has(planned)}.",
                fix="See why the workload has no pods, if it should have some by now.",
                severity=Severity.INFO,
            )
