"""The proxy of Linkerd is told to wait longer before it exits than Kubernetes waits for the pod.

Why: Kubernetes kills a pod after terminationGracePeriodSeconds, 30 unless it says otherwise. A proxy that waits that
long is killed in the middle of the requests that it was to let end.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          annotations:
            config.alpha.linkerd.io/proxy-wait-before-exit-seconds: "60"

Fix: set a longer terminationGracePeriodSeconds, or a shorter wait.

Silent when: the wait is shorter than the grace period.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
    integer,
)
from meshctl.analysis.api.linkerd import WAIT, meshed_workloads, told, value_problem

_DEFAULT_GRACE = 30


@analyzer(
    "LKD113",
    "linkerd-wait-before-exit-too-long",
    Severity.WARNING,
    reads=(Namespace, Workload, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    seen = set()
    for workload, _ in meshed_workloads(mesh):
        wait = told(mesh, workload, WAIT)
        if wait is None or value_problem(WAIT, wait.value) or (wait.subject.id, wait.path) in seen:
            continue
        stated = integer(workload.pod_spec.get("terminationGracePeriodSeconds"))
        grace = _DEFAULT_GRACE if stated is None else stated
        if int(wait.value) >= grace:
            seen.add((wait.subject.id, wait.path))
            yield Claim(
                wait.subject,
                wait.path,
                f"The proxy waits {wait.value} seconds before it exits, and Kubernetes kills the pods of {workload.id}"
                f" after {grace}{'' if stated is not None else ', the default'}.",
                fix=f"Set terminationGracePeriodSeconds above {wait.value}, or wait less.",
            )
