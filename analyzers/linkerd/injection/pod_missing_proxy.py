"""A pod runs without the proxy of Linkerd that it should have.

Why: the proxy is added only when a pod is created. A pod that is older than the annotation, or was created while the
injector did not answer (its webhook then lets pods through as they are), is outside of the mesh: no mTLS, no policy,
no metrics.

Example:
    kind: Pod
    metadata: {name: web-1, namespace: shop}   # namespace shop has linkerd.io/inject: enabled
    spec:
      containers:
      - name: web   # no linkerd-proxy beside it

Fix: restart the workload, so that its pods are made anew.

Silent when: the pod has ended, has the proxy as a container or as a native sidecar, or would not get one today either.
"""

from collections import defaultdict
from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Pod,
    Severity,
    Workload,
    analyzer,
    restart_advice,
    top_owner,
)
from meshctl.analysis.api.linkerd import INJECT, linkerd_injection, linkerd_proxy


@analyzer(
    "LKD103",
    "linkerd-pod-missing-proxy",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    places = {n.name for n in mesh.all(Namespace) if INJECT in n.annotations}
    found: dict[Workload, list[Pod]] = defaultdict(list)
    for pod in mesh.all(Pod):
        asked = pod.namespace in places or INJECT in pod.pod_annotations
        if not asked or not pod.is_created or pod.has_ended or linkerd_proxy(pod):
            continue
        if linkerd_injection(mesh).decide(pod).injected:
            found[top_owner(mesh, pod)].append(pod)
    for top, pods in found.items():
        first = pods[0]
        who = f"Pod {first.full_name} has" if len(pods) == 1 else f"{len(pods)} pods, as {first.full_name}, have"
        yield Claim(
            first,
            ("metadata", "name"),
            f"{who} no proxy of Linkerd and should have one. {linkerd_injection(mesh).decide(first).reason}",
            fix=restart_advice(mesh, top),
        )
