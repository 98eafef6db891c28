"""An annotation for the proxy's CPU or memory is not an amount that Kubernetes understands.

Why: the injector writes the value into the pod as it is. The pod is then refused, and the workload does not start.

Example:
    template:
      metadata:
        annotations:
          sidecar.istio.io/proxyMemory: 128MB   # there is no suffix MB

Fix: write CPU as `250m` or `1.5`, memory as `128Mi` or `1Gi`.

Silent when: the pods get no proxy, so that nobody reads the annotation. Where that depends on a Namespace that is not
in the input, it is a warning. Pods themselves are not looked at, only the templates they are made from.
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
    gets_proxy,
    in_annotations,
    top_owner,
)


@analyzer(
    "MSH104",
    "proxy-resource-annotation-invalid",
    Severity.ERROR,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload in mesh.all(Workload):
        wrong = [s for s in in_annotations(workload) if s.amount is None or s.amount < 0]
        if not wrong or workload.is_pod or top_owner(mesh, workload) is not workload:
            continue
        injected = gets_proxy(mesh, workload)
        if injected is False:
            continue
        for setting in wrong:
            amount = "CPU (as 250m or 1.5)" if setting.resource == "cpu" else "memory (as 128Mi or 1Gi)"
            yield Claim(
                workload,
                setting.path,
                f"{setting.raw!r} is not an amount of {amount}: the pods are refused once the proxy is injected.",
                fix=f"Correct the annotation {setting.path[-1]}.",
                severity=None if injected else Severity.WARNING,
            )
