"""A suppression in the configuration is past its date.

Why: somebody wanted to live with a finding until then. From that day on it is reported again, so that it is not
forgotten.

Example:
    # .meshctl.yaml
    suppress:
    - {code: IST0101, resource: VirtualService shop/web, reason: vault moves in spring, until: 2026-03-31}

Fix: mend what it is about and remove the suppression, or give it a new date.

Silent when: it has no date, or the date is today or later.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH008", "suppression-expired", Severity.WARNING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    # The framework reports these under this declaration: a check does not see what was suppressed.
    yield from ()
