"""A pod asks for Consul's sidecar in a namespace where there is none to be had.

Why: what the injector was told about namespaces goes before what a pod says: kube-system and kube-public never, those
that it denies, those that it does not allow, and those that its webhook does not select. The annotation has no effect,
and the pod runs outside the mesh.

Example:
    kind: Deployment
    metadata: {name: agent, namespace: staging}   # k8sDenyNamespaces: [staging]
    spec:
      template:
        metadata:
          annotations: {consul.hashicorp.com/connect-inject: "true"}

Fix: move the workload, or add its namespace to `connectInject.k8sAllowNamespaces` or the namespaceSelector of the
webhook.

Silent when: the pod has the sidecar, or its annotation says false.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, MutatingWebhookConfiguration, Namespace, Severity, Workload, analyzer
from meshctl.analysis.api.consul import INJECT, consul_annotations, consul_injection, dataplanes, truth

_FIXES = {
    "system namespace": "Move the workload to another namespace, or remove the annotation.",
    "denied": "Take the namespace out of connectInject.k8sDenyNamespaces, or remove the annotation.",
    "not allowed": "Add the namespace to connectInject.k8sAllowNamespaces, or remove the annotation.",
    "left out": "Give the pods labels that the objectSelector of the webhook takes, or remove the annotation.",
    "not called": "Let connectInject.namespaceSelector select the namespace, or remove the annotation.",
}


@analyzer(
    "CSL103", "consul-inject-overruled", Severity.WARNING, reads=(Workload, Namespace, MutatingWebhookConfiguration)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in consul_annotations(mesh):
        if found.name != INJECT or not found.on_pod or not truth(found.value) or dataplanes(found.workload):
            continue
        decision = consul_injection(mesh).decide(found.workload)
        if decision.overrules_pod:
            yield Claim(
                found.workload,
                found.path,
                f"The pods ask for Consul's sidecar and do not get it. {decision.reason}",
                fix=_FIXES[decision.cause],
            )
