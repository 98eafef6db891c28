"""A suppression does not say what to suppress: it names no code, or one that no check has.

Why: it suppresses nothing, while whoever wrote it thinks that it does.

Example:
    host: reviewz  # meshctl: ignore made by Terraform
    # meshctl: ignore[IST0101] made by Terraform

Fix: write `# meshctl: ignore[CODE] reason` at the end of the line or on the line above, `ignore-document[CODE]` above
the first key of a document, `ignore-file[CODE]` anywhere; or the annotation `ignore.meshctl.dev/CODE: "reason"`. In
place of the code the name of a check will do; several stand in one pair of brackets, separated by commas.

Silent when: the comment does not begin with `meshctl: ign`, or stands in a document that cannot be parsed. Istio's own
annotation may have codes that are unknown here.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH010", "suppression-not-understood", Severity.ERROR)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    # The framework reports these under this declaration: a check does not see what was suppressed.
    yield from ()
