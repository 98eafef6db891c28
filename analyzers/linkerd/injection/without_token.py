"""Linkerd leaves out pods without a token of their ServiceAccount.

Why: the proxy proves who it is by the token. Where Linkerd is installed with `identity.serviceAccountTokenProjection:
false`, the token is the one that Kubernetes mounts, and a pod with `automountServiceAccountToken: false` has none: the
injector leaves it out.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          annotations: {linkerd.io/inject: enabled}
        spec:
          automountServiceAccountToken: false

Fix: install Linkerd with token projection, which is the default, or let the token be mounted.

Silent when: the ConfigMap linkerd-config is not in the input, or does not switch projection off.
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
)
from meshctl.analysis.api.linkerd import asked_workloads


@analyzer(
    "LKD107",
    "linkerd-injection-without-token",
    Severity.WARNING,
    reads=(Namespace, Workload, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload, decision in asked_workloads(mesh):
        if decision.cause == "no token":
            yield Claim(
                workload,
                decision.path,
                "Linkerd is installed without token projection and these pods mount no token, so the injector leaves"
                " them out, though a proxy is asked for.",
                fix="Install Linkerd with identity.serviceAccountTokenProjection: true, or let the token be mounted.",
            )
