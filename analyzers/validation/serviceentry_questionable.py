"""A ServiceEntry has a wildcard or a selector that does not do what it seems to.

Why: a wildcard that is a part of a name takes more names than meant, and with the resolution NONE requests go to the
address the caller has, never to the selected workloads.

Example:
    hosts: ["*-api.example.com"]
    resolution: NONE
    workloadSelector: {labels: {app: api}}

Fix: write the wildcard for whole parts, and use the resolution STATIC for selected workloads.

Silent when: the value is refused: that is `serviceentry-invalid`. TCP ports without addresses are IST0134.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, ServiceEntry, Severity, advised_against, analyzer


@analyzer("IST0133", "serviceentry-questionable", Severity.WARNING, reads=(ServiceEntry,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return advised_against(mesh, ServiceEntry)
