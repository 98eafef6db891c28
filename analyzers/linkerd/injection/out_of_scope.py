"""Linkerd is asked to inject pods that its webhook does not see.

Why: the API server asks the injector only about pods that the selectors of its webhook accept. They leave out
kube-system, cert-manager, every namespace with the label `config.linkerd.io/admission-webhooks: disabled`, and pods
that are labelled as a part of Linkerd itself. There the annotation does nothing.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels: {config.linkerd.io/admission-webhooks: disabled}
      annotations: {linkerd.io/inject: enabled}

Fix: remove the label, or the annotation; a workload in kube-system has to move to another namespace.

Silent when: a webhook is called for such pods. Without one in the input, that of a default installation stands for it.
Of kube-system no check reports anything; `meshctl inject-check kube-system` says it all the same.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
)
from meshctl.analysis.api.linkerd import INJECT, asked_workloads


@analyzer(
    "LKD105",
    "linkerd-injection-out-of-scope",
    Severity.ERROR,
    reads=(Namespace, Workload, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    told: set[str] = set()
    for workload, decision in asked_workloads(mesh):
        if decision.cause != "out of scope":
            continue
        message = f"{decision.reason} {INJECT} has no effect."
        fix = "Remove what keeps the webhook away, or the annotation."
        if INJECT in workload.pod_annotations:
            related = (Also(decision.decider, decision.path, "this"),) if decision.decider else ()
            path = workload.pod_field("metadata", "annotations", INJECT)
            yield Claim(workload, path, message, fix=fix, related=related)
        elif isinstance(decision.decider, Namespace) and workload.namespace not in told:
            told.add(workload.namespace)
            related = (Also(decision.decider, decision.path, "this"),)
            yield Claim(decision.decider, ("metadata", "annotations", INJECT), message, fix=fix, related=related)
