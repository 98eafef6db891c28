"""A rule of an AuthorizationPolicy names a service account that workloads of another cluster alone run as.

Why: it is so on purpose where the clusters are one mesh. Else a caller of this cluster was meant, and does not exist.

Example:
    rules:
    - from:
      - source:
          principals: [cluster.local/ns/shop/sa/batch]   # batch runs in cluster west only

Fix: nothing, if callers of the other cluster are meant and reach this one.

Silent when: a workload, machine or gateway of the policy's own cluster runs as it too, or none of any cluster that this
one is joined with does (KIA0106).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    AuthorizationPolicy,
    Claim,
    ConfigMap,
    KubernetesGateway,
    Machine,
    MeshGraph,
    Severity,
    Workload,
    analyzer,
)
from meshctl.analysis.api.authorization import callers, named_callers, own_callers


@analyzer(
    "KIA0107",
    "authorizationpolicy-principal-of-other-cluster",
    Severity.INFO,
    reads=(AuthorizationPolicy, Workload, Machine, KubernetesGateway, ConfigMap),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for named in named_callers(mesh):
        if not own_callers(mesh).fits(named.pattern) and callers(mesh).fits(named.pattern):
            yield Claim(
                named.policy,
                named.value.path,
                f"Only workloads of another cluster run as {named.value.text}: in this one {named.harm}.",
                fix="Nothing, if those are meant: else write the service account of a workload of this cluster.",
            )
