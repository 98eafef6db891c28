"""A sidecar has no CPU limit or no memory limit.

Why: without a memory limit a proxy with a large configuration can take the memory of the whole node. Without a CPU
limit it starts one worker thread for each core of the node, and every thread costs memory and connections of its own.

Example:
    template:
      metadata:
        annotations:
          sidecar.istio.io/proxyCPU: 200m      # the installation's limits are gone with this
          sidecar.istio.io/proxyMemory: 256Mi

Fix: set proxyCPULimit and proxyMemoryLimit beside the requests. If any of the four annotations is set, none of the
installation's values is used. To go without a CPU limit on purpose, set `concurrency` in proxy.istio.io/config and
allow this check for the workload.

Silent when: the resources of the proxy are not known from the input. Workloads of one namespace with the same cause
are reported together, at the first by name.
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
    "MSH102",
    "proxy-without-limits",
    Severity.INFO,
    reads=(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in proxies_without(mesh, "limits"):
        what = " and no ".join(f"{resource} limit" for resource in found.lacking_words)
        yield Claim(
            found.subject,
            found.path,
            f"{found.whose} has no {what}: only the node bounds what the proxy takes.",
            fix=found.remedy,
            related=tuple(Also(c.workload, c.workload.pod_path, "the same here") for c in found.proxies[1:6]),
        )
