"""What `meshctl baseline` does: a baseline made from what is found, and brought up to date."""

from collections.abc import Sequence
from dataclasses import replace

from msgspec import Struct

from meshctl.analysis.analyze import stale_entries
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.baseline import STALE, compare, entries_of, stale_claims, without
from meshctl.analysis.runner import Crash, finding_of, run
from meshctl.graph.mesh import MeshGraph
from meshctl.model.baseline import Baseline, BaselineEntry
from meshctl.model.finding import Finding
from meshctl.model.result import Result
from meshctl.model.severity import Severity


class Examined(Struct, frozen=True):
    """A baseline held against a mesh.

    `written` is the baseline with all that is found and what this run knows nothing of, `pruned` the old one without
    what is `stale`. `new` counts the findings that the old one has not. `result` has a finding for each stale entry.
    """

    written: Baseline
    pruned: Baseline
    stale: tuple[BaselineEntry, ...]
    new: int
    result: Result
    crashes: tuple[Crash, ...]


def examine(mesh: MeshGraph, analyzers: Sequence[Analyzer]) -> Examined:
    """Hold the baseline of the mesh's settings, which must have one, against what is found."""
    baseline = mesh.settings.baseline
    if baseline is None:
        raise ValueError("there is no baseline to examine")
    outcome = run(mesh, analyzers)
    compared = compare(outcome.findings, baseline)
    gone = stale_entries(mesh, analyzers, outcome, compared.left)
    untouched = [entry for entry in compared.left if entry not in gone]
    found = {entry.key: entry for entry in entries_of(outcome.findings, baseline.file)}
    kept = [entry for entry in untouched if entry.key not in found]
    snapshot = mesh.snapshot
    result = Result(
        inputs=snapshot.inputs,
        findings=_told(mesh, analyzers, gone),
        unread=snapshot.unread,
        crashed=bool(outcome.crashes),
        resources=len(snapshot.resources),
        files=snapshot.files,
    )
    return Examined(
        written=Baseline(baseline.file, (*found.values(), *kept)),
        pruned=without(baseline, gone),
        stale=gone,
        new=sum(entry.count for entry in entries_of(compared.new, baseline.file)),
        result=result,
        crashes=outcome.crashes,
    )


def _told(mesh: MeshGraph, analyzers: Sequence[Analyzer], gone: Sequence[BaselineEntry]) -> tuple[Finding, ...]:
    """Findings about stale entries: errors, for they are all that was asked for."""
    reporter = next((a for a in analyzers if a.name == STALE), None)
    if reporter is None:
        return ()
    reporter = replace(reporter, severity=Severity.ERROR)
    return tuple(sorted((finding_of(mesh, reporter, c, {}) for c in stale_claims(gone)), key=Finding.sort_key))
