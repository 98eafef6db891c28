"""A key is written twice in one mapping; only the later value counts.

Why: YAML parsers drop the earlier value without a word, so a setting that is there to read is not in force. Strict
ones, such as `kubectl apply` with server-side validation, refuse the document.

Example:
    spec:
      hosts: [web]
      http: [...]
      hosts: [shop]   # the only hosts it has

Fix: keep one of the two, or merge their contents.

Silent when: the two keys are in different mappings or documents.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer, dotted


@analyzer("MSH005", "duplicate-key", Severity.WARNING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for problem in mesh.problems("duplicate-key"):
        yield Claim(
            None,
            problem.path,
            problem.message,
            fix="Keep one of the two, or merge their contents.",
            place=problem.location,
            key=(str(problem.resource), dotted(problem.path)),
        )
