"""The baseline holds a finding that is not there any more.

Why: the baseline is a list of what is to be mended. An entry that stays after that lets the same fault come back
unseen.

Example:
    # .meshctl-baseline.json
    {"fingerprint": "5a1f...", "code": "IST0101", "resource": "VirtualService shop/web", ..., "count": 1}
    # while the host exists now

Fix: run `meshctl baseline prune`, which removes these entries and no other.

Silent when: the entry is about a file that is not in the input, or about a check that has not run; with -n; and where
not everything could be read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH009", "baseline-entry-stale", Severity.INFO)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    # The framework reports these under this declaration: a check does not see the baseline.
    yield from ()
