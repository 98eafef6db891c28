"""A suppression suppresses nothing.

Why: what it was made for has been mended, or it does not stand where the finding is. Left in place it hides the next
finding of that kind, which nobody has looked at.

Example:
    host: reviews  # meshctl: ignore[IST0101] made by Terraform
    # while the Service reviews exists

Fix: remove it; where the finding is still reported, move the comment to its line or correct the name of the resource.

Silent when: it names `all`, or a check that has not run: one that is left out, could not read what it needs, or looks
at running proxies. Nothing is said with -n either. For Istio's own annotation it is an info, since Istio may still find
what it is made for.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH007", "suppression-unused", Severity.WARNING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    # The framework reports these under this declaration: a check does not see what was suppressed.
    yield from ()
