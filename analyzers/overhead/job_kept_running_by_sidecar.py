"""A Job never completes, because its sidecar keeps running when the work is done.

Why: a Job is complete when all containers of its pod have ended. A classic sidecar does not end by itself: the pods
pile up, and a CronJob that forbids concurrency never runs again.

Example:
    kind: Job
    spec:
      template:
        metadata:
          labels: {sidecar.istio.io/inject: "true"}

Fix: make the sidecar native with the annotation sidecar.istio.io/nativeSidecar: "true" (Kubernetes 1.29 or newer); or
let the work end with `curl -X POST localhost:15020/quitquitquit`; or go without a proxy, with the label
sidecar.istio.io/inject: "false".

Silent when: the sidecar is native; a container calls quitquitquit; the Job is complete. Where the input does not tell
whether sidecars are native, it is an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Node,
    Severity,
    Workload,
    analyzer,
    mentions,
    proxied_workloads,
)


@analyzer(
    "MSH107",
    "job-kept-running-by-sidecar",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for cost in (each.template for each in proxied_workloads(mesh)):
        if cost is None or cost.native or cost.workload.id.kind not in ("Job", "CronJob"):
            continue
        workload = cost.workload
        if any(mentions(container, "quitquitquit") for container in workload.containers):
            continue
        known = cost.native is False
        what = f"Every run of {workload.id}" if workload.id.kind == "CronJob" else f"{workload.id}"
        yield Claim(
            workload,
            workload.pod_field("spec"),
            f"{what} stays unfinished: its sidecar runs on when the work is done."
            if known
            else f"{what} stays unfinished if its sidecar is not a native one.",
            fix='Annotate the pod template with sidecar.istio.io/nativeSidecar: "true", or end the proxy from the job '
            "with a POST to localhost:15020/quitquitquit.",
            severity=None if known else Severity.INFO,
            on_key=True,
        )
