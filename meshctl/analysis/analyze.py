"""From what was read to a result: the main job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.runner import Crash, run
from meshctl.graph.mesh import MeshGraph
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.result import Result, Surroundings


@dataclass(frozen=True, slots=True)
class Analysis:
    """A result, and the checks that crashed with their tracebacks."""

    result: Result
    crashes: tuple[Crash, ...]


def kinds_of(analyzers: Iterable[Analyzer]) -> frozenset[KindKey]:
    """The kinds that these checks look at."""
    return frozenset().union(*(analyzer.reads for analyzer in analyzers))


def analyze(mesh: MeshGraph, analyzers: Sequence[Analyzer], *, namespace: str = "") -> Analysis:
    """Run the checks over a mesh; `namespace` limits what is reported."""
    outcome = run(mesh, analyzers, namespace=namespace)
    snapshot = mesh.snapshot
    result = Result(
        inputs=snapshot.inputs,
        findings=outcome.findings,
        suppressed=len(outcome.suppressed),
        set_aside=outcome.suppressed,
        skipped=outcome.skipped,
        unread=snapshot.unread,
        crashed=bool(outcome.crashes),
        resources=len(snapshot.resources),
        files=snapshot.files,
        checks=tuple(f"{a.code} {a.name}" for a in analyzers),
        surroundings=partial(_surroundings, mesh),
    )
    return Analysis(result, outcome.crashes)


def _surroundings(mesh: MeshGraph, resources: Iterable[ResourceId]) -> Surroundings:
    # Few reports draw, and building the graph takes as long as checking.
    from meshctl.graph.surroundings import surroundings

    return surroundings(mesh, resources)
