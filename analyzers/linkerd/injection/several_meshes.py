"""Pods are asked into Linkerd and into another mesh.

Why: each mesh redirects all traffic of the pod to its own proxy. Linkerd's injector leaves a pod alone that has
Istio's proxy already, which webhook comes first decides; with two proxies in it, the traffic goes through one of them,
through both or nowhere.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels: {istio-injection: enabled}
      annotations: {linkerd.io/inject: enabled}

Fix: take the pods out of one of the meshes.

Silent when: only one of the meshes would inject, or the pod is in ambient mode alone.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
    injection,
)
from meshctl.analysis.api.linkerd import INJECT, asked_workloads, linkerd_proxy

_CONSUL = "consul.hashicorp.com/connect-inject"
_SIDECARS = {"istio-proxy": "Istio", "consul-dataplane": "Consul"}


@analyzer(
    "LKD106",
    "several-meshes-inject",
    Severity.ERROR,
    reads=(Namespace, Workload, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload, decision in asked_workloads(mesh):
        if not decision.wanted and not linkerd_proxy(workload):
            continue
        if other := _present(workload) or _asked(mesh, workload):
            name, why = other
            own = INJECT in workload.pod_annotations
            yield Claim(
                workload,
                workload.pod_field("metadata", "annotations", INJECT) if own else ("metadata", "name"),
                f"The pods of {workload.id} are asked into two meshes, Linkerd and {name} ({why}): they get one proxy"
                " or two that take each other's traffic, depending on which webhook comes first.",
                fix=f"Take them out of one: {INJECT}: disabled, or no injection by {name}.",
            )


def _present(workload: Workload) -> tuple[str, str] | None:
    for container in workload.containers:
        if container.name in _SIDECARS and (not container.init or container.native):
            return _SIDECARS[container.name], f"the container {container.name} is there"
    return None


def _asked(mesh: MeshGraph, workload: Workload) -> tuple[str, str] | None:
    if workload.pod_annotations.get(_CONSUL) == "true":
        return "Consul", f"the annotation {_CONSUL}"
    istio = injection(mesh).decide(workload)
    reason = istio.reason.rstrip(".")
    return ("Istio", reason.replace("The pod", "the pod", 1)) if istio.injected else None
