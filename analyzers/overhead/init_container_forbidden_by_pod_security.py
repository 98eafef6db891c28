"""A namespace enforces a Pod Security level that forbids the init container which Istio injects.

Why: without Istio's CNI plugin every pod gets the init container istio-init, which needs NET_ADMIN and NET_RAW to
redirect the traffic. The levels baseline and restricted forbid both, so the API server refuses every new pod of the
namespace; pods that run already stay until something restarts them.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels:
        istio-injection: enabled
        pod-security.kubernetes.io/enforce: restricted

Fix: install Istio's CNI plugin (`pilot.cni.enabled=true`), which redirects the traffic from outside the pod; or
enforce privileged in this namespace.

Silent when: the installation in the input uses the CNI plugin; a workload sets sidecar.istio.io/interceptionMode to
NONE. Where the input does not tell how traffic is redirected, it is an info.
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
    ProxyCost,
    Severity,
    Workload,
    analyzer,
    proxied_workloads_of,
)

ENFORCE = "pod-security.kubernetes.io/enforce"


@analyzer(
    "MSH106",
    "init-container-forbidden-by-pod-security",
    Severity.ERROR,
    reads=(Workload, Namespace, ConfigMap, Node, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    cni_runs = any(workload.name == "istio-cni-node" for workload in mesh.all(Workload))
    for namespace in mesh.all(Namespace):
        level = namespace.labels.get(ENFORCE)
        if level not in ("baseline", "restricted"):
            continue
        costs = [each.template for each in proxied_workloads_of(mesh, namespace.name) if each.template]
        proven = [c for c in costs if c.init == "istio-init"]
        unknown = [] if cni_runs else [c for c in costs if c.init is None]
        if not proven and not unknown:
            continue
        harm = (
            "the API server refuses its new pods"
            if proven
            else "the API server refuses its new pods unless Istio runs with its CNI plugin"
        )
        yield Claim(
            namespace,
            ("metadata", "labels", ENFORCE),
            f"Namespace {namespace.name} enforces {level}, which forbids the NET_ADMIN and NET_RAW of istio-init: "
            f"{harm}.",
            fix="Install Istio's CNI plugin (pilot.cni.enabled=true), or enforce privileged in this namespace.",
            related=_example(proven or unknown),
            severity=None if proven else Severity.INFO,
        )


def _example(costs: list[ProxyCost]) -> tuple[Also, ...]:
    first, others = costs[0].workload, len(costs) - 1
    count = f"; {others} more in the namespace" if others else ""
    return (Also(first, first.pod_path, f"{first.id} gets a sidecar{count}."),)
