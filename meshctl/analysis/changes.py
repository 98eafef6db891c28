"""What files would do to a cluster: the findings that they cause or touch."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from meshctl.analysis.analyze import Analysis, analyze
from meshctl.analysis.analyzer import Analyzer
from meshctl.graph.mesh import MeshGraph
from meshctl.model.finding import Finding
from meshctl.model.ids import ResourceId


def analyze_changes(
    before: MeshGraph,
    after: MeshGraph,
    changed: Collection[ResourceId],
    analyzers: Sequence[Analyzer],
    *,
    namespace: str = "",
) -> Analysis:
    """The findings of `after` that are about a changed resource, relate to one, or are not there `before`."""
    known = {_identity(finding) for finding in analyze(before, analyzers).result.findings}
    analysis = analyze(after, analyzers, namespace=namespace)
    findings = [f for f in analysis.result.findings if _touches(f, changed) or _identity(f) not in known]
    return Analysis(replace(analysis.result, findings=findings), analysis.crashes)


def _touches(finding: Finding, changed: Collection[ResourceId]) -> bool:
    about: Iterable[ResourceId | None] = (finding.resource, *(related.resource for related in finding.related))
    return finding.resource is None or any(resource in changed for resource in about)


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.fingerprint, finding.severity, finding.resource
