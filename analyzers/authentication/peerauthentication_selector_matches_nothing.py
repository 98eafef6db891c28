"""A PeerAuthentication selects no workload, so it does nothing.

Why: a PeerAuthentication with a selector is for the pods that carry its labels. Where none does, the mode that it sets
is in force for no pod.

Example:
    kind: PeerAuthentication
    metadata: {namespace: shop}
    spec:
      selector:
        matchLabels: {app: reviewz}   # the pods carry app: reviews
      mtls: {mode: STRICT}

Fix: write the labels that the pods carry, move it to their namespace, or delete it.

Silent when: a pod, a pod template, a virtual machine or a generated gateway carries the labels. A PeerAuthentication of
the root namespace is none of this check.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    KubernetesGateway,
    Machine,
    MeshGraph,
    PeerAuthentication,
    Severity,
    Workload,
    analyzer,
    mesh_config,
)
from meshctl.analysis.api.policyselectors import selecting_nothing


@analyzer(
    "KIA0004",
    "peerauthentication-selector-matches-nothing",
    Severity.WARNING,
    reads=(PeerAuthentication, Workload, Machine, KubernetesGateway, ConfigMap),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    root = mesh_config(mesh).root_namespace
    policies = (policy for policy in mesh.all(PeerAuthentication) if policy.namespace != root)
    for policy, missing in selecting_nothing(mesh, policies):
        where = f" in {missing.namespace}" if missing.namespace else ""
        yield Claim(
            policy,
            ("spec", "selector", "matchLabels", *sorted(policy.selector)[:1]),
            f"A workload with the labels {missing.name} {ABSENT}{where}, so its mode is in force for no pod.",
            fix="Write the labels that the pods carry, move it to their namespace, or delete it.",
            absent=missing,
        )
