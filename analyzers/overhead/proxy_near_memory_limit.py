"""A sidecar uses nearly all the memory that its limit allows.

Why: at the limit the kernel kills the proxy. All connections of the pod break, and until the proxy runs again nothing
reaches the application and it reaches nothing. What a proxy needs grows with the configuration it is sent: one more
service somewhere in the mesh can be enough.

Example:
    kind: PodMetrics
    metadata: {name: cart-7b5b8f6c4d-2mcvq}
    containers:
    - name: istio-proxy   # limits: {memory: 256Mi}
      usage: {cpu: 12m, memory: 240Mi}

Fix: send it less, with a Sidecar resource that names the hosts the workload calls; or raise the limit, with
sidecar.istio.io/proxyMemoryLimit in the pod template.

Silent when: what the proxy uses is not known (there are no PodMetrics), or it is below 90 % of the limit; it has no
limit; a proxy of the workload was killed already, which is a finding of its own.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Node,
    PodMetrics,
    Severity,
    Workload,
    analyzer,
    killed_for_memory,
    measured_proxies,
    memory_text,
)


@analyzer(
    "MSH109",
    "proxy-near-memory-limit",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration, PodMetrics),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for proxies in measured_proxies(mesh):
        near = [each for each in proxies.measured if each.near_memory_limit]
        if not near or any(killed_for_memory(each.cost.workload) for each in proxies.measured):
            continue
        worst = max(near, key=lambda each: each.use.memory_most)
        more = f" (and of {len(near) - 1} more pods)" if len(near) > 1 else ""
        subject = proxies.of.workload
        whose = f"{subject.id}" if subject.is_pod else f"{subject.id} in pod {worst.use.pod}"
        yield Claim(
            subject,
            proxies.setting("limits", "memory"),
            f"The proxy of {whose}{more} uses {memory_text(worst.use.memory_most)} of memory, and at its limit of "
            f"{memory_text(worst.cost.memory_limit or 0)} it is killed.",
            fix="Send it less configuration, with a Sidecar that names the hosts the workload calls, or raise "
            "sidecar.istio.io/proxyMemoryLimit.",
        )
