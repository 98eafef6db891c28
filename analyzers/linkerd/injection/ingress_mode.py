"""Pods are injected in ingress mode, where a header of the request decides where it goes.

Why: with `linkerd.io/inject: ingress` the proxy sends a request to the address in its header `l5d-dst-override`. The
ingress controller has to set the header on every request. Where it lets through the one that a client sent, anybody
outside reaches any Service of the cluster.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          annotations: {linkerd.io/inject: ingress}

Fix: use `enabled`, which suits every ingress controller that sends requests to the address of the Service; or have it
overwrite l5d-dst-override on every request.

A warning where a Service of type LoadBalancer or NodePort is in front of the pods; an info otherwise.

Silent when: the pods are not injected.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Service,
    Severity,
    Workload,
    analyzer,
    services_by_selector,
)
from meshctl.analysis.api.linkerd import INJECT, asked_workloads


@analyzer(
    "LKD116",
    "linkerd-ingress-mode-trusts-header",
    Severity.WARNING,
    reads=(Namespace, Workload, Service, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    behind = services_by_selector(mesh)
    for workload, decision in asked_workloads(mesh):
        if not (decision.injected and decision.ingress):
            continue
        services = behind.selecting(workload.pod_labels, workload.namespace)
        open_one = next((s for s in services if s.type in ("LoadBalancer", "NodePort")), None)
        own = INJECT in workload.pod_annotations
        yield Claim(
            workload,
            workload.pod_field("metadata", "annotations", INJECT) if own else ("metadata", "name"),
            "In ingress mode the proxy follows the header l5d-dst-override: unless the ingress controller overwrites"
            " it on every request, clients outside reach any Service of the cluster.",
            fix=f"Set {INJECT}: enabled, or make sure that the controller overwrites l5d-dst-override.",
            related=(Also(open_one, ("spec", "type"), "open to the outside"),) if open_one else (),
            severity=None if open_one else Severity.INFO,
        )
