"""A WorkloadEntry has a network and no address.

Why: it is then reached through the gateway of its network only, from its own network as well.

Example:
    network: vm-network
    labels: {app: legacy}

Fix: add the address if the workload can be reached directly.

Silent when: it has an address.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, WorkloadEntry, advised_against, analyzer


@analyzer("IST0133", "workloadentry-questionable", Severity.WARNING, reads=(WorkloadEntry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, WorkloadEntry)
