"""A sidecar uses more CPU or memory than it asks for.

Why: the scheduler places pods by what they request. What is used beyond that was promised to others: when the node is
busy the proxy is throttled to its request, which shows as latency, or is among the first to be evicted.

Example:
    kind: PodMetrics
    metadata: {name: cart-7b5b8f6c4d-2mcvq}
    containers:
    - name: istio-proxy   # requests: {cpu: 100m}
      usage: {cpu: 340m, memory: 70Mi}

Fix: set sidecar.istio.io/proxyCPU and proxyMemory, with their limits, to what `meshctl overhead` recommends.

Silent when: what the proxy uses is not known (there are no PodMetrics); it requests nothing; its memory is near the
limit, which is a finding of its own.
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
    cpu_text,
    measured_proxies,
    memory_text,
)


@analyzer(
    "MSH115",
    "proxy-uses-more-than-requested",
    Severity.INFO,
    reads=(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration, PodMetrics),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for proxies in measured_proxies(mesh):
        cpu = [each for each in proxies.measured if each.exceeds_cpu_request]
        memory = [each for each in proxies.measured if each.exceeds_memory_request and not each.near_memory_limit]
        more = []
        if cpu:
            most = max(cpu, key=lambda each: each.use.cpu_p95)
            # Whatever is beyond the request is more than it, by a millicore at least.
            used = cpu_text(-(-most.use.cpu_p95 // 10**6))
            more.append(f"{used} of CPU to {cpu_text(most.cost.cpu_request or 0)}")
        if memory:
            most = max(memory, key=lambda each: each.use.memory_p95)
            used = memory_text(most.use.memory_p95)
            more.append(f"{used} of memory to {memory_text(most.cost.memory_request or 0)}")
        if more:
            pods = len({each.use.pod for each in (*cpu, *memory)})
            subject = proxies.of.workload
            where = "" if subject.is_pod else f" in {pods} of its {len(proxies.costs)} pods"
            yield Claim(
                subject,
                proxies.setting("requests", "cpu" if cpu else "memory"),
                f"The proxy of {subject.id} uses more than it requests{where}: {' and '.join(more)}.",
                fix="Set sidecar.istio.io/proxyCPU and proxyMemory, with their limits, to what meshctl overhead "
                "recommends.",
            )
