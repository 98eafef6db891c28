"""A WorkloadEntry has a value that Istio refuses.

Why: the machine is then no endpoint of any service.

Example:
    address: 10.0.0
    ports: {http: 80800}

Fix: give the IP address or the whole name of the machine, and ports from 1 to 65535.

Silent when: no ServiceEntry selects it.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, WorkloadEntry, analyzer, refused


@analyzer("IST0106", "workloadentry-invalid", Severity.ERROR, reads=(WorkloadEntry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, WorkloadEntry)
