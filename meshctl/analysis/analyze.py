"""From what was read to a result: the main job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.runner import Crash, run
from meshctl.graph.mesh import MeshGraph
from meshctl.model.ids import KindKey
from meshctl.model.result import Result


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
        suppressed=outcome.suppressed,
        skipped=outcome.skipped,
        unread=snapshot.unread,
        crashed=bool(outcome.crashes),
        resources=len(snapshot.resources),
        files=snapshot.files,
    )
    return Analysis(result, outcome.crashes)
