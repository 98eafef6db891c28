"""More than one injection webhook is called for the same pods.

Why: the API server calls them one after the other, and the later one rewrites what the first did. Which control plane
the proxies then belong to, and which image and settings they have, depends on the names of the configurations.

Example:
    kind: MutatingWebhookConfiguration
    metadata: {name: istio-sidecar-injector-canary}
    webhooks:
    - name: namespace.sidecar-injector.istio.io
      namespaceSelector: {matchLabels: {team: payments}}   # its namespaces have istio-injection=enabled as well

Fix: let one of the webhooks select the namespace. Set revisions and tags with `istioctl tag`, which keeps them apart.

Silent when: the selectors overlap for no workload of the input, or overlap by the injection labels alone, which is
IST0139; one of the webhooks has matchConditions, which only the API server can evaluate.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
    enumerated,
    injection,
    owner,
    webhook_overlaps,
)


@analyzer(
    "MSH110",
    "several-webhooks-inject",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    found: dict[tuple[str, tuple[str, ...]], list[Workload]] = {}
    for workload in mesh.all(Workload):
        decision = injection(mesh).decide(workload)
        if len(decision.called) < 2 or decision.conditional or owner(mesh, workload) is not None:
            continue
        found.setdefault((workload.namespace, decision.called), []).append(workload)
    told = {called for called in dict.fromkeys(called for _, called in found) if webhook_overlaps(mesh).explain(called)}
    for (place, called), workloads in found.items():
        if called in told:
            continue
        first = min(workloads, key=lambda w: w.id)
        yield Claim(
            mesh.get(Namespace, "", place) or first,
            ("metadata", "name"),
            f"{len(called)} injection webhooks are called for the pods of {first.id}"
            + (f" and {len(workloads) - 1} more workloads" if len(workloads) > 1 else "")
            + f": {enumerated(called, len(called))}. The later one rewrites what the first did.",
            fix="Let only one of them select these pods: keep one of the labels, or remove the other webhook.",
            related=tuple(Also(w, ("metadata", "name"), "is one of them") for w in workloads[:MOST]),
            key=called,
        )
