"""The annotation that asks for Consul's sidecar is neither true nor false.

Why: the injector reads connect-inject as Go reads booleans (`true`, `t`, `1`, `false`, `f`, `0`). With any other value
it answers with an error, and the API server refuses the pod: the Deployment gets none.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          annotations:
            consul.hashicorp.com/connect-inject: "yes"   # "true"

Fix: write "true" or "false", in quotes.

Silent when: the injector does not get as far as to read it, as in kube-system or a namespace that it denies.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, MutatingWebhookConfiguration, Namespace, Severity, Workload, analyzer
from meshctl.analysis.api.consul import INJECT, consul_annotations, consul_injection


@analyzer(
    "CSL101",
    "consul-inject-annotation-invalid",
    Severity.ERROR,
    reads=(Workload, Namespace, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in consul_annotations(mesh):
        asks = found.name == INJECT and found.on_pod
        if asks and consul_injection(mesh).decide(found.workload).cause == "invalid":
            yield Claim(
                found.workload,
                found.path,
                f"{found.value!r} of the annotation {INJECT} is neither true nor false: "
                "Consul's webhook fails for such a pod, and it is not created.",
                fix='Write "true" or "false".',
            )
