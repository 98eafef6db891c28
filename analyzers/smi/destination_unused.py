"""A TrafficTarget is for a ServiceAccount that no workload runs with.

Why: the permission is for calls of pods with that account. There are none, so it permits nothing: the pods that were
meant run with another one, often `default`.

Example:
    kind: TrafficTarget
    spec:
      destination: {kind: ServiceAccount, name: orders, namespace: shop}
    # and the Deployment of orders has no serviceAccountName

Fix: let the called pods run with the account, or name the one that they run with.

Silent when: a pod or template of the namespace runs with the account, or the account does not exist.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Severity, Workload, analyzer
from meshctl.analysis.api.smi import ServiceAccount, TrafficTarget, accounts_in_use


@analyzer(
    "SMI206",
    "target-destination-unused",
    Severity.WARNING,
    reads=(TrafficTarget, ServiceAccount, Workload),
    absent=(Workload,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for target in mesh.all(TrafficTarget):
        to = target.destination
        if not to or to.kind != "ServiceAccount" or (to.namespace, to.name) in accounts_in_use(mesh):
            continue
        if to.name == "default" or mesh.get(ServiceAccount, to.namespace, to.name):
            full_name = f"{to.namespace}/{to.name}"
            yield Claim(
                target,
                (*to.path, "name"),
                f"A workload that runs with ServiceAccount {full_name} {ABSENT}: the permission is for nobody's calls.",
                fix="Let the called pods run with this account, or name the one that they run with.",
                absent=Missing("Workload", full_name, Workload.KINDS, to.namespace),
            )
