"""The init container that sends a pod's traffic to Linkerd's proxy fails.

Why: linkerd-init writes the rules of iptables, linkerd-network-validator waits until the CNI plug-in has written them.
Until it ends well, the pod does not start.

Example:
    kind: Pod
    status:
      initContainerStatuses:
      - name: linkerd-init
        state: {waiting: {reason: CrashLoopBackOff}}
        lastState: {terminated: {exitCode: 1}}

Fix: look at its log: kubectl logs POD -n NAMESPACE -c linkerd-init. linkerd-init needs NET_ADMIN and NET_RAW, and
iptables that fits the node; linkerd-network-validator fails where the CNI plug-in did not run before the pod.

Silent when: it has ended well, or runs and has not failed before. Pods of one workload are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, Severity, Workload, analyzer, integer, mapping
from meshctl.analysis.api.linkerdlive import (
    INITS,
    ITS_TURN,
    by_workload,
    container_status,
    linkerd_pods,
    pods_together,
    waiting_reason,
)


@analyzer("LKD205", "linkerd-init-failing", Severity.ERROR, reads=(Pod, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for name in INITS:
        failing = [pod for pod in linkerd_pods(mesh) if _failure(pod, name)]
        for pods in by_workload(mesh, failing).values():
            pod, names, others = pods_together(pods, "does not start either")
            yield Claim(
                pod,
                ("metadata", "name"),
                f"{name} fails ({_failure(pod, name)}), so {'this pod does' if len(pods) == 1 else 'these pods do'} "
                f"not start: {names}.",
                fix=f"Look at its log: kubectl logs {pod.name} -n {pod.namespace} -c {name}.",
                related=others,
                key=(name,),
            )


def _failure(pod: Pod, name: str) -> str:
    """How it failed; empty where it did not, or nothing tells."""
    status = container_status(pod, name)
    now = mapping(mapping(status.get("state")).get("terminated"))
    before = mapping(mapping(status.get("lastState")).get("terminated"))
    waiting = mapping(mapping(status.get("state")).get("waiting"))
    if code := integer(now.get("exitCode")):
        return f"exit code {code}"
    reason = waiting_reason(status) if waiting else ""
    if reason in ("", *ITS_TURN):
        return ""
    code = integer(before.get("exitCode"))
    return f"{reason}, exit code {code}" if code else reason
