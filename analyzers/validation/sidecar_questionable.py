"""A Sidecar lists hosts that others in it include already, or limits that nothing uses.

Why: `*/*` beside others sends everything to the proxy, as if there were no Sidecar.

Example:
    egress:
    - hosts:
      - ./*
      - "*/*"

Fix: remove the wider entry if the narrow ones are meant, else the narrow ones.

Silent when: the list is of different namespaces or hosts.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Sidecar, advised_against, analyzer


@analyzer("IST0133", "sidecar-questionable", Severity.WARNING, reads=(Sidecar,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, Sidecar)
