"""A pod runs without the sidecar that a revision or its own label asks for, or that every pod gets here.

Why: a sidecar is added only when a pod is created, whoever asks for it: the label istio.io/rev of the namespace or pod,
the label sidecar.istio.io/inject, or an installation that injects everywhere. A pod that is older than that, or was
created while the injector could not be reached, takes part in the mesh without a proxy.

Example:
    kind: Pod
    metadata:
      name: cart
      namespace: shop   # has no label istio-injection
      labels: {sidecar.istio.io/inject: "true"}
    spec:
      containers:
      - name: cart   # no istio-proxy beside it

Fix: restart the workload, so that its pods are made anew.

Silent when: the namespace has istio-injection=enabled, which is IST0103; the pod has ended, uses the node's network,
is in Istio's own namespace or in ambient mode.
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
    restart_advice,
)


@analyzer(
    "MSH114",
    "pod-missing-requested-proxy",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in missing_proxies(mesh):
        if not found.by_label:
            yield Claim(
                found.pod,
                ("metadata", "name"),
                f"Pod {found.pod.full_name} has no sidecar and should have one. {found.decision.reason}"
                + ("" if found.pod.is_created else " One that is not created yet gets it then."),
                fix=restart_advice(mesh, found.pod),
            )
