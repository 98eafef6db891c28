"""A document or a file could not be read, so nothing in it was analyzed.

Why: what cannot be parsed cannot be applied either, and a report without it says less than it seems to: the run ends
with exit code 3.

Example:
    metadata:
      name: web
       labels: {app: web}   # one blank too many

Fix: correct the YAML or JSON at this place. Templates (`{{ ... }}`) are read once they are rendered.

Silent when: the document parses; the other documents of the file are analyzed all the same.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH001", "document-not-parsed", Severity.ERROR)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for problem in mesh.problems("not-parsed"):
        yield Claim(
            None,
            (),
            problem.message,
            fix="Correct the text at this place; render templates before they are analyzed.",
            place=problem.location,
        )
