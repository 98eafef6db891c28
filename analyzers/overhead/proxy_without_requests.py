"""A sidecar asks for no CPU or no memory.

Why: the scheduler counts the proxy as nothing, so nodes fill up beyond what they can carry, and under pressure the
proxy is throttled or killed first: requests become slow or fail although the application is well. A
HorizontalPodAutoscaler on CPU or memory cannot work for the pod either: it needs the request of every container.

Example:
    template:
      metadata:
        annotations:
          sidecar.istio.io/proxyCPU: 200m   # and no proxyMemory: the installation's 128Mi is not used

Fix: give the proxy both requests. If any of the four annotations proxyCPU, proxyMemory, proxyCPULimit and
proxyMemoryLimit is set, none of the installation's values is used.

Silent when: a limit is set, which stands for the request as well; the resources of the proxy are not known from the
input. Workloads of one namespace with the same cause are reported together, at the first by name.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Node,
    Severity,
    Workload,
    analyzer,
    proxies_without,
)


@analyzer(
    "MSH101",
    "proxy-without-requests",
    Severity.INFO,
    reads=(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in proxies_without(mesh, "requests"):
        what = " and ".join(found.lacking_words)
        yield Claim(
            found.subject,
            found.path,
            f"{found.whose} requests no {what}: the scheduler counts the proxy as nothing.",
            fix=found.remedy,
            related=tuple(Also(c.workload, c.workload.pod_path, "the same here") for c in found.proxies[1:6]),
        )
