"""Claims out of what the rules of validation say about resources of one kind."""

from collections.abc import Callable, Iterator
from itertools import groupby

from meshctl.analysis.analyzer import Claim
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.structure.causes import Causes
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.kinds import FAULTS
from meshctl.graph.view import View
from meshctl.model.severity import Severity

VALIDATED = tuple(FAULTS)
"""The kinds that have rules."""


def refused(mesh: MeshGraph, kind: type[View]) -> Iterator[Claim]:
    """A claim for each value that Istio's validation refuses."""
    return _claims(mesh, kind, lambda fault: not fault.warning and not fault.unseen)


def advised_against(mesh: MeshGraph, kind: type[View]) -> Iterator[Claim]:
    """A claim for each value that Istio's validation takes with a warning."""
    return _claims(mesh, kind, lambda fault: fault.warning and not fault.unseen)


def overlooked(mesh: MeshGraph) -> Iterator[Claim]:
    """A claim for each value that is wrong and that Istio's validation does not look at, in resources of all kinds."""
    for kind in FAULTS:
        yield from _claims(mesh, kind, lambda fault: fault.unseen)


def _claims(mesh: MeshGraph, kind: type[View], wanted: Callable[[Fault], bool]) -> Iterator[Claim]:
    """What follows from a value of the wrong type is left out: the checks of structure speak of the value itself."""
    for view, faults in groupby(FAULTS[kind](mesh), key=lambda found: found[0]):
        causes = Causes(view)
        for _, fault in faults:
            if wanted(fault) and causes.of(fault.path) is None:
                severity = Severity.INFO if fault.note else None
                yield Claim(view, fault.path, fault.message, fault.fix, severity=severity)
