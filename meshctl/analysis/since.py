"""What has come since an earlier state of the same files: new findings, and those where something was changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from meshctl.analysis.analyze import Analysis, analyze
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.runner import run
from meshctl.graph.mesh import MeshGraph
from meshctl.model.finding import Finding
from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path
from meshctl.model.resource import Resource
from meshctl.model.severity import Severity

_NOTHING = object()
_Identity = tuple[str, Severity, ResourceId | None]


def analyze_since(
    before: MeshGraph, after: MeshGraph, analyzers: Sequence[Analyzer], *, namespace: str = ""
) -> Analysis:
    """The findings of `after` that `before` has not, has fewer of, or has at a field that reads differently there.

    Fields are compared by value and resources by identity: moved lines and files, comments and formatting are no
    changes."""
    earlier: dict[_Identity, list[Finding]] = {}
    for finding in run(before, analyzers).findings:
        earlier.setdefault(_identity(finding), []).append(finding)
    analysis = analyze(after, analyzers, namespace=namespace)
    later: dict[_Identity, list[Finding]] = {}
    for finding in analysis.result.findings:
        later.setdefault(_identity(finding), []).append(finding)
    changes = _Changes(before, after)
    new = {f for identity, found in later.items() for f in changes.among(earlier.get(identity, []), found)}
    findings = [finding for finding in analysis.result.findings if finding in new]
    return Analysis(replace(analysis.result, findings=findings), analysis.crashes)


class _Changes:
    """What reads differently in two states."""

    def __init__(self, before: MeshGraph, after: MeshGraph) -> None:
        self._before = _by_id(before)
        self._after = _by_id(after)

    def among(self, earlier: Sequence[Finding], later: Sequence[Finding]) -> Iterator[Finding]:
        """Those of equal findings that are new or at a changed field.

        Of several, those are taken for one and the same that are in an equal item of a list: it may have moved.
        """
        known, unsettled = list(earlier), []
        for finding in later:
            item = _value(self._after, finding, _item(finding))
            same = next((one for one in known if _value(self._before, one, _item(one)) == item), None)
            if same is None:
                unsettled.append(finding)
            else:
                known.remove(same)
        for finding in unsettled:
            if not known:
                yield finding
                continue
            one = known.pop(0)
            if bool(_value(self._before, one, one.path) != _value(self._after, finding, finding.path)):
                yield finding


def _item(finding: Finding) -> Path:
    """The path of the outermost item of a list that a finding is in, else its own."""
    end = next((i for i, part in enumerate(finding.path, 1) if isinstance(part, int)), len(finding.path))
    return finding.path[:end]


def _value(resources: Mapping[ResourceId, Resource], finding: Finding, path: Path) -> Any:
    resource = resources.get(finding.resource) if finding.resource else None
    return _NOTHING if resource is None else _at(resource.data, path)


def _by_id(mesh: MeshGraph) -> Mapping[ResourceId, Resource]:
    return {resource.id: resource for resource in mesh.snapshot.resources}


def _at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return _NOTHING
    return data


def _identity(finding: Finding) -> _Identity:
    return finding.fingerprint, finding.severity, finding.resource
