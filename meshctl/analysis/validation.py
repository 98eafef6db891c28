"""Claims out of what the rules of validation say about resources of one kind."""

from collections.abc import Iterator
from itertools import groupby

from meshctl.analysis.analyzer import Claim
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.structure.causes import Causes
from meshctl.graph.validation.kinds import FAULTS
from meshctl.graph.view import View


def refused(mesh: MeshGraph, kind: type[View]) -> Iterator[Claim]:
    """A claim for each value that Istio's validation refuses."""
    return _claims(mesh, kind, warning=False)


def advised_against(mesh: MeshGraph, kind: type[View]) -> Iterator[Claim]:
    """A claim for each value that Istio's validation takes with a warning."""
    return _claims(mesh, kind, warning=True)


def _claims(mesh: MeshGraph, kind: type[View], *, warning: bool) -> Iterator[Claim]:
    """What follows from a value of the wrong type is left out: the checks of structure speak of the value itself."""
    for view, faults in groupby(FAULTS[kind](mesh), key=lambda found: found[0]):
        causes = Causes(view)
        for _, fault in faults:
            if fault.warning is warning and causes.of(fault.path) is None:
                yield Claim(view, fault.path, fault.message, fault.fix)
