"""A RequestAuthentication selects no workload, so it does nothing.

Why: a RequestAuthentication with a selector is for the pods that carry its labels. Where none does, no token is looked
at because of it.

Example:
    kind: RequestAuthentication
    metadata: {namespace: shop}
    spec:
      selector:
        matchLabels: {app: reviewz}   # the pods carry app: reviews
      jwtRules: [{issuer: "https://id.example.com"}]

Fix: write the labels that the pods carry, move it to their namespace, or delete it.

Silent when: a pod, a pod template, a virtual machine or a generated gateway carries the labels. One of the root
namespace is for pods of all namespaces.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    KubernetesGateway,
    Machine,
    MeshGraph,
    RequestAuthentication,
    Severity,
    Workload,
    analyzer,
    mesh_config,
)
from meshctl.analysis.api.policyselectors import selecting_nothing


@analyzer(
    "KIA0004",
    "requestauthentication-selector-matches-nothing",
    Severity.WARNING,
    reads=(RequestAuthentication, Workload, Machine, KubernetesGateway, ConfigMap),
    absent=(Workload, Machine),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    policies = (policy for policy in mesh.all(RequestAuthentication) if not policy.targets)
    for policy, missing in selecting_nothing(mesh, policies, everywhere=mesh_config(mesh).root_namespace):
        where = f" in {missing.namespace}" if missing.namespace else ""
        yield Claim(
            policy,
            policy.place,
            f"A workload with the labels {missing.name} {ABSENT}{where}, so no token is looked at because of it.",
            fix="Write the labels that the pods carry, move it to their namespace, or delete it.",
            absent=missing,
        )
