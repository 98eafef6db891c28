"""A Sidecar has a value that Istio refuses.

Why: without it the proxies get the configuration of the whole mesh, with the memory that costs; or, where it listened
for the workload, requests do not reach it.

Example:
    egress:
    - hosts: [istio-system]   # a namespace and a host, as istio-system/*

Fix: write hosts as NAMESPACE/HOST, and give each listener a port of its own.

Silent when: a host is listed that no service has: listing too much is allowed.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Sidecar, analyzer, refused


@analyzer("IST0106", "sidecar-invalid", Severity.ERROR, reads=(Sidecar,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, Sidecar)
