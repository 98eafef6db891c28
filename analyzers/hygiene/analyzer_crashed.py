"""A check of meshctl crashed, so its findings are missing from the report.

Why: the other checks ran and their findings stand, but the report is not complete: the run ends with exit code 4. It is
a mistake in the check, not in the mesh.

Example:
    meshctl analyze shop/   # a plug-in that does not expect a Service without ports

Fix: run again with --debug for the traceback and report it to the author of the check; `--ignore` with the name of the
check leaves it out until it is mended.

Silent when: every check ran to its end.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH004", "analyzer-crashed", Severity.ERROR)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    # The runner reports crashes under this declaration: a check cannot see another one crash.
    yield from ()
