"""A TrafficTarget is for a workload of another namespace.

Why: permissions live beside what they protect, so that its owners decide. Controllers look at the TrafficTargets of the
called workload's namespace alone, and ignore this one.

Example:
    kind: TrafficTarget
    metadata: {namespace: web}
    spec:
      destination: {kind: ServiceAccount, name: orders, namespace: shop}

Fix: move the TrafficTarget to the namespace of its destination, with the routes that it names.

Silent when: both are of one namespace.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.smi import TrafficTarget


@analyzer("SMI205", "target-destination-in-other-namespace", Severity.WARNING, reads=(TrafficTarget,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for target in mesh.all(TrafficTarget):
        to = target.destination
        if to and to.namespace != target.namespace:
            yield Claim(
                target,
                (*to.path, "namespace"),
                f"The destination {to.name} is of namespace {to.namespace}, and this TrafficTarget of"
                f" {target.namespace}: controllers look for permissions in the namespace of the destination.",
                fix=f"Move the TrafficTarget to namespace {to.namespace}.",
            )
