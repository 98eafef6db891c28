"""Claims out of what the rules of validation say about resources of one kind."""

from collections.abc import Iterator

from meshctl.analysis.analyzer import Claim
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.validation.kinds import FAULTS
from meshctl.graph.view import View


def refused(mesh: MeshGraph, kind: type[View]) -> Iterator[Claim]:
    """A claim for each value that Istio's validation refuses."""
    return _claims(mesh, kind, warning=False)


def advised_against(mesh: MeshGraph, kind: type[View]) -> Iterator[Claim]:
    """A claim for each value that Istio's validation takes with a warning."""
    return _claims(mesh, kind, warning=True)


def _claims(mesh: MeshGraph, kind: type[View], *, warning: bool) -> Iterator[Claim]:
    for view, fault in FAULTS[kind](mesh):
        if fault.warning is warning:
            yield Claim(view, fault.path, fault.message, fault.fix)
