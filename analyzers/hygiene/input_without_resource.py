"""An input holds no resource at all.

Why: a check of nothing finds nothing. A mistyped path or an empty rendering must not look like a clean mesh.

Example:
    meshctl analyze charts/values   # only a README in it

Fix: name the files or the directory with the manifests (`.yaml`, `.yml`, `.json`).

Silent when: anything in the input is a resource, or it has a finding that already says why not.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH002", "input-without-resource", Severity.ERROR)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for problem in mesh.problems("no-resource"):
        yield Claim(
            None,
            (),
            problem.message,
            fix="Name the files or the directory that hold the manifests.",
            place=problem.location,
        )
