"""Istio resources are in a namespace that istiod does not look into.

Why: with `discoverySelectors` in MeshConfig, namespaces that none of them matches do not exist for istiod. What is
configured in one has no effect, and nothing says so.

Example:
    # MeshConfig: discoverySelectors: [{matchLabels: {mesh: "yes"}}]
    kind: Namespace
    metadata: {name: shop, labels: {team: shop}}
    ---
    kind: VirtualService
    metadata: {name: checkout, namespace: shop}

Fix: give the namespace the labels that a selector asks for, or remove the resources.

Silent when: the Namespace is not in the input, so its labels are not known; MeshConfig is not known or has no
selectors; the control plane of another revision looks into it; it is Istio's own namespace.
"""

from collections import defaultdict
from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    IstioConfiguration,
    MeshGraph,
    Namespace,
    Severity,
    analyzer,
    enumerated,
    undiscovered,
)


@analyzer("MSH409", "resource-outside-discovery", Severity.WARNING, reads=(Namespace, ConfigMap, IstioConfiguration))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    unseen = undiscovered(mesh)
    if not unseen:
        return
    without_effect = defaultdict(list)
    for resource in mesh.all(IstioConfiguration):
        if resource.namespace in unseen:
            without_effect[resource.namespace].append(resource)
    for name, resources in without_effect.items():
        names = (f"{r.id.kind} {r.name}" for r in resources)
        yield Claim(
            unseen[name],
            ("metadata", "labels"),
            "No discovery selector of MeshConfig matches the labels of this namespace, so istiod ignores what is in"
            f" it: {enumerated(names, len(resources))}.",
            fix="Add the labels that a selector asks for, or remove the resources.",
            related=tuple(Also(r, ("metadata", "name"), "has no effect") for r in resources[:1]),
        )
