"""A sidecar asks for more CPU or memory than all containers of the application together.

Why: most of what is paid for the pod is the proxy. The default request of a sidecar fits a busy service; a small one
rarely needs it.

Example:
    template:
      metadata:
        annotations: {sidecar.istio.io/proxyCPU: 500m}
      spec:
        containers:
        - name: app
          resources: {requests: {cpu: 50m}}

Fix: measure what the proxy uses and set sidecar.istio.io/proxyCPU and proxyMemory (with their limits) for the
workload; a Sidecar resource that names the hosts the workload calls makes the proxy smaller.

Silent when: a container of the application does not say what it needs; the resources of the proxy are not known from
the input.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Node,
    Path,
    ProxyCost,
    Severity,
    Workload,
    analyzer,
    cpu_text,
    memory_text,
    proxied_workloads,
)


@analyzer(
    "MSH103",
    "proxy-requests-exceed-application",
    Severity.INFO,
    reads=(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for cost in (each.template for each in proxied_workloads(mesh)):
        if cost is None or cost.source == "assumed defaults":
            continue
        more = []
        application = cost.application
        if "cpu" not in application.undeclared and (cost.cpu_request or 0) > application.cpu_request:
            more.append(f"{cpu_text(cost.cpu_request or 0)} of CPU to {cpu_text(application.cpu_request)}")
        if "memory" not in application.undeclared and (cost.memory_request or 0) > application.memory_request:
            more.append(
                f"{memory_text(cost.memory_request or 0)} of memory to {memory_text(application.memory_request)}"
            )
        if more:
            yield Claim(
                cost.workload,
                _place(cost),
                f"The proxy of {cost.workload.id} requests more than the application: {' and '.join(more)}.",
                fix="Measure what the proxy uses and set sidecar.istio.io/proxyCPU and proxyMemory with their limits.",
            )


def _place(cost: ProxyCost) -> Path:
    written = next((s.path for s in cost.settings if s.path), ())
    return written or cost.workload.pod_field("spec", "containers", 0, "resources")
