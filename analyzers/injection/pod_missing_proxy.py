"""A pod runs without the sidecar that it should have.

Why: a sidecar is added only when a pod is created. A pod that is older than the label of its namespace, or was created
while the injector could not be reached, takes part in the mesh without a proxy: its traffic is not encrypted, policies
do not hold it back, and servers that demand mTLS refuse it.

Example:
    kind: Pod
    metadata: {name: cart, namespace: shop}   # namespace shop has istio-injection=enabled
    spec:
      containers:
      - name: cart   # no istio-proxy beside it

Fix: restart the workload, so that its pods are made anew.

Silent when: the pod uses the node's network, is in Istio's own namespace, or refuses the sidecar itself by the label or
annotation sidecar.istio.io/inject. Native sidecars are seen as well. A pod that has ended, or is in ambient mode, is
only an info. It holds for the label istio-injection=enabled of the namespace, also where no webhook listens to it; a
pod that a revision, an installation that injects everywhere or its own label gives a sidecar is MSH114.
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
    missing_proxies,
    next_step,
)


@analyzer(
    "IST0103",
    "pod-missing-proxy",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in missing_proxies(mesh):
        if found.by_label and found.pod.has_ended:
            yield Claim(
                found.pod,
                ("metadata", "name"),
                f"Pod {found.pod.full_name} had no sidecar, though its namespace asks for one. It has ended by now.",
                fix="Nothing, if later pods of its kind have one.",
                severity=Severity.INFO,
            )
        elif found.by_label and found.redirected:
            yield Claim(
                found.pod,
                ("metadata", "name"),
                f"Pod {found.pod.full_name} is in ambient mode, though its namespace asks for sidecars.",
                fix="Remove istio-injection from the namespace, or leave the pod out of ambient mode.",
                severity=Severity.INFO,
            )
        elif found.by_label:
            gets_it = found.decision.injected
            yield Claim(
                found.pod,
                ("metadata", "name"),
                f"Pod {found.pod.full_name} has no sidecar and should have one. {found.decision.reason}"
                + (" One that is not created yet gets it then." if gets_it and not found.pod.is_created else ""),
                fix=next_step(mesh, found.pod, found.decision, False),
            )
