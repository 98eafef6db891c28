"""A resource is defined twice in the input; only the later definition counts.

Why: applied one after the other, the later one replaces the earlier, so which settings are in force depends on the
order of the files. It is analyzed as if only the later one existed.

Example:
    kind: VirtualService            # a.yaml
    metadata: {name: web, namespace: shop}
    ---
    kind: VirtualService            # b.yaml
    metadata: {name: web, namespace: shop}

Fix: delete or rename one of them; analyze overlays and environments in separate runs.

Silent when: kind, group, namespace or name differ. Two versions of one API are the same resource.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH006", "resource-defined-twice", Severity.WARNING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for problem in mesh.problems("defined-twice"):
        yield Claim(
            None,
            ("metadata", "name"),
            problem.message,
            fix="Delete or rename one of them, or analyze environments in separate runs.",
            place=problem.location,
            key=(str(problem.resource),),
        )
