"""A suppression has no effect, because the configuration refuses suppressions like it.

Why: with `requireReason: true` a suppression needs a reason, with `allowInline: false` annotations and comments
suppress nothing. The finding is reported as if it were not there.

Example:
    # .meshctl.yaml
    requireReason: true
    ---
    host: reviewz  # meshctl: ignore[IST0101]

Fix: add the reason behind the brackets or as the value of the annotation; move what may not stand in manifests to
`suppress` in the configuration; or remove it.

Silent when: the configuration asks for neither. Flags and Istio's own annotation cannot have a reason and need none.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH011", "suppression-refused", Severity.WARNING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    # The framework reports these under this declaration: a check does not see what was suppressed.
    yield from ()
