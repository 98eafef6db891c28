"""Linkerd's proxy in a pod is not ready.

Why: a proxy is ready when it has its certificate from linkerd-identity. Until then the pod gets no traffic from
Services, and what it sends does not get out.

Example:
    kind: Pod
    status:
      phase: Running
      initContainerStatuses:   # a native sidecar; others stand in containerStatuses
      - {name: linkerd-proxy, ready: false, state: {running: {}}}

Fix: look at the proxy's log: kubectl logs POD -n NAMESPACE -c linkerd-proxy. Often it cannot reach linkerd-identity, or
that does not accept its token, or the trust anchors of the two differ.

Silent when: the pod started less than two minutes ago, is being deleted or has ended; its status says nothing about
the proxy, or that it waits for the init containers before it; it is of Linkerd's control plane (LKD402). Pods of one
workload are one finding.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, Severity, Workload, analyzer
from meshctl.analysis.api.linkerdlive import (
    ITS_TURN,
    PROXY,
    by_workload,
    container_status,
    data_plane_pods,
    is_starting,
    pods_together,
    waiting_reason,
)


@analyzer("LKD201", "linkerd-proxy-not-ready", Severity.ERROR, reads=(Pod, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    lacking = [
        pod
        for pod in data_plane_pods(mesh)
        if container_status(pod, PROXY).get("ready") is False
        # One that waits for the init containers before it is not at fault.
        and waiting_reason(container_status(pod, PROXY)) not in ITS_TURN
        and not is_starting(pod, mesh.settings.now)
    ]
    for pods in by_workload(mesh, lacking).values():
        pod, names, others = pods_together(pods, "has a proxy that is not ready, too")
        reason = waiting_reason(container_status(pod, PROXY))
        who = "The proxy of" if len(pods) == 1 else f"{len(pods)} proxies are not ready, those of"
        yield Claim(
            pod,
            ("metadata", "name"),
            f"{who} {names}{' is not ready' if len(pods) == 1 else ''}{f' ({reason})' if reason else ''}: "
            f"{'the pod gets' if len(pods) == 1 else 'the pods get'} no traffic from Services.",
            fix=f"Look at its log: kubectl logs {pod.name} -n {pod.namespace} -c {PROXY}.",
            related=others,
        )
