"""From what was read to a result: the main job."""

from collections.abc import Iterable, Sequence
from functools import partial

from msgspec import Struct

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.baseline import STALE, compare, stale, stale_claims
from meshctl.analysis.runner import Crash, Outcome, finding_of, run
from meshctl.analysis.suppress import has_looked
from meshctl.graph.mesh import MeshGraph
from meshctl.model.baseline import BaselineEntry
from meshctl.model.finding import Finding
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.result import Result, SetAside, Surroundings


class Analysis(Struct, frozen=True):
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
    findings, known = _against_baseline(mesh, analyzers, outcome, whole=not namespace)
    result = Result(
        inputs=snapshot.inputs,
        findings=findings,
        suppressed=len(outcome.suppressed),
        baselined=len(known),
        set_aside=(*outcome.suppressed, *(SetAside(finding, "baseline") for finding in known)),
        skipped=outcome.skipped,
        unread=snapshot.unread,
        crashed=bool(outcome.crashes),
        resources=len(snapshot.resources),
        files=snapshot.files,
        checks=tuple(f"{a.code} {a.name}" for a in analyzers),
        surroundings=partial(_surroundings, mesh),
    )
    return Analysis(result, outcome.crashes)


def stale_entries(
    mesh: MeshGraph, analyzers: Sequence[Analyzer], outcome: Outcome, left: Iterable[BaselineEntry]
) -> tuple[BaselineEntry, ...]:
    """The entries left over that this run would have found; none where not everything was looked at."""
    baseline, snapshot = mesh.settings.baseline, mesh.snapshot
    if baseline is None or snapshot.unread or outcome.crashes:
        return ()
    silent = {skipped.analyzer for skipped in outcome.skipped}
    looked = [a for a in analyzers if f"{a.code} {a.name}" not in silent and has_looked(a, mesh)]
    live = any(not coverage.inferred for coverage in snapshot.coverage.values())
    return stale(left, baseline.file, snapshot.inputs, looked, live=live)


def _against_baseline(
    mesh: MeshGraph, analyzers: Sequence[Analyzer], outcome: Outcome, *, whole: bool
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings that are new, with those about the baseline itself, and those that are in it."""
    baseline = mesh.settings.baseline
    if baseline is None:
        return outcome.findings, ()
    compared = compare(outcome.findings, baseline)
    findings = compared.new
    reporter = next((a for a in analyzers if a.name == STALE), None)
    if reporter and whole:
        entries = stale_entries(mesh, analyzers, outcome, compared.left)
        told = (finding_of(mesh, reporter, claim, {}) for claim in stale_claims(entries))
        findings = tuple(sorted((*findings, *told), key=Finding.sort_key))
    return findings, compared.known


def _surroundings(mesh: MeshGraph, resources: Iterable[ResourceId]) -> Surroundings:
    # Few reports draw, and building the graph takes as long as checking.
    from meshctl.graph.surroundings import surroundings

    return surroundings(mesh, resources)
