"""A check that crashes where a resource asks for it."""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Workload, analyzer


@analyzer("TST001", "crash-wanted", Severity.ERROR, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload in mesh.all(Workload):
        if "test.meshctl.dev/crash" in workload.annotations:
            raise ValueError(workload.annotations["test.meshctl.dev/crash"])
    yield from ()
