"""What checks of a fleet claim: that a resource is unlike that of the other clusters, or is not in all of them."""

from collections.abc import Iterator

from meshctl.analysis.analyzer import ABSENT, Claim
from meshctl.analysis.fleet.phrases import first_field, fleet_key, others, what_differs
from meshctl.graph.fleet.deviations import deviations
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.view import View
from meshctl.model.deviation import Unlike
from meshctl.model.severity import Severity

_NAME = ("metadata", "name")


def differing(mesh: MeshGraph, *kinds: type[View], fix: str) -> Iterator[Claim]:
    """Each resource of these kinds that says something else here; a hint where every cluster says something else."""
    for subject, found in deviations(mesh, kinds, Unlike.DIFFERS, Unlike.VARIES):
        yield Claim(
            subject,
            first_field(found),
            what_differs(subject, found),
            fix=fix,
            severity=Severity.INFO if found.unlike is Unlike.VARIES else None,
            key=fleet_key(found),
        )


def not_everywhere(mesh: MeshGraph, *kinds: type[View], harm: str = "", bring: str, spread: str) -> Iterator[Claim]:
    """Each resource of these kinds that only this cluster lacks, with the `harm` of it, or that only this cluster has.

    `bring` is the next step for the former, `spread` for the latter.
    """
    for subject, found in deviations(mesh, kinds, Unlike.MISSING):
        yield Claim(
            subject,
            _NAME,
            f"{subject.id} {ABSENT} in {subject.cluster}, but is in {others(found)}{harm}.",
            fix=bring,
            absent=Missing(subject.id.kind, subject.full_name, (subject.id.kind_key,), subject.namespace),
            key=fleet_key(found),
        )
    for subject, found in deviations(mesh, kinds, Unlike.EXTRA):
        yield Claim(
            subject,
            _NAME,
            f"{subject.id} is in {subject.cluster}, but not in {others(found)}.",
            fix=spread,
            key=fleet_key(found),
        )
