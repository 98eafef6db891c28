"""A sidecar or gateway was killed because it needed more memory than its limit.

Why: all connections of the pod broke at that moment, and it happens again as soon as the proxy needs as much. What it
needs grows with the configuration it is sent and with its connections.

Example:
    status:
      containerStatuses:
      - name: istio-proxy
        restartCount: 4
        lastState: {terminated: {reason: OOMKilled, exitCode: 137}}

Fix: send it less, with a Sidecar resource that names the hosts the workload calls; or raise the limit, with
sidecar.istio.io/proxyMemoryLimit in the pod template, or in the resources of a gateway's container.

Silent when: no pod with such a status is in the input: the kubelet remembers the last end of each container only.
"""

from collections import defaultdict
from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Pod, Severity, Workload, analyzer, killed_for_memory, top_owner


@analyzer("MSH116", "proxy-killed-out-of-memory", Severity.WARNING, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    killed: dict[Workload, list[Pod]] = defaultdict(list)
    for pod in mesh.all(Pod):
        if not pod.has_ended and killed_for_memory(pod):
            killed[top_owner(mesh, pod)].append(pod)
    for subject, pods in killed.items():
        others = f" (and in {len(pods) - 1} more pods)" if len(pods) > 1 else ""
        where = "" if subject.is_pod else f" in pod {min(pod.name for pod in pods)}{others}"
        yield Claim(
            subject,
            subject.pod_path or ("metadata", "name"),
            f"The proxy of {subject.id} was killed{where}: it needed more memory than its limit.",
            fix="Send it less configuration, with a Sidecar that names the hosts the workload calls, or raise its "
            "memory limit.",
            on_key=bool(subject.pod_path),
        )
