"""Severities as a project wants them, in place of those that checks declare."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from meshctl.analysis.analyzer import Analyzer
from meshctl.model.severity import Severity


def graded(analyzers: Sequence[Analyzer], severity: Mapping[str, Severity]) -> tuple[Analyzer, ...]:
    """The checks with the severity that their name, else their code, else the longest prefix of either is given.

    What a check itself says with less than its declared severity is not raised above that.
    """
    return tuple(_graded(a, severity) for a in analyzers) if severity else tuple(analyzers)


def _graded(analyzer: Analyzer, severity: Mapping[str, Severity]) -> Analyzer:
    fitting = [token for token in severity if analyzer.answers_to(token)]
    if not fitting:
        return analyzer
    best = max(
        fitting, key=lambda token: (token == analyzer.name, analyzer.is_called(token), token != "ALL", len(token))
    )
    return replace(analyzer, severity=severity[best])
