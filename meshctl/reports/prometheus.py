"""Metrics for Prometheus: how many findings there are, not which."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from meshctl import __version__
from meshctl.model.finding import Finding
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style

Labels = tuple[tuple[str, str], ...]

MOST_SERIES = 2_000
"""With more of one metric the findings are counted without their namespaces."""


def render(result: Result, style: Style) -> str:
    """Gauges. No name of a resource is a label, so their number stays bounded; when a file was written says its time.

    The severities are always there, also with 0: an alert needs to see that a count has fallen.
    """
    metrics = [
        _metric("meshctl_info", "The version of meshctl.", {(("version", __version__),): 1}),
        _metric("meshctl_exit_code", "How the run ended: as the process does.", {(): int(result.exit)}),
    ]
    # Zeros of a run that has seen nothing would look as if all were well.
    if not result.failure:
        metrics += _counts(result)
    return "".join(line for metric in metrics for line in metric)


def render_runs(*, runs: int, errors: int, seconds: float | None, last_error: bool, succeeded: float | None) -> str:
    """Metrics of a program that runs again and again, which stand beside those of its last result.

    `seconds` is how long the last run took, and `succeeded` when the last good one ended, in seconds since 1970; None
    where there is none yet.
    """
    metrics = [
        _metric("meshctl_runs_total", "Runs that have ended.", {(): runs}, "counter"),
        _metric("meshctl_run_errors_total", "Runs without a result.", {(): errors}, "counter"),
        _metric("meshctl_last_run_failed", "Whether the last run had no result.", {(): int(last_error)}),
    ]
    if seconds is not None:
        metrics.append(_metric("meshctl_run_duration_seconds", "How long the last run took.", {(): seconds}))
    if succeeded is not None:
        text = "When the last run with a result ended."
        metrics.append(_metric("meshctl_last_success_timestamp_seconds", text, {(): succeeded}))
    return "".join(line for metric in metrics for line in metric)


def _counts(result: Result) -> Iterator[Iterator[str]]:
    by_severity = Counter(f.severity for f in result.findings)
    yield from (
        _metric(
            "meshctl_findings_by_severity",
            "Findings of each severity.",
            {(("severity", s.value),): by_severity[s] for s in Severity},
        ),
        _metric("meshctl_findings", "Findings by code.", _findings(result)),
        _metric("meshctl_suppressed", "Findings that somebody chose to live with.", {(): result.suppressed}),
        _metric("meshctl_baselined", "Findings that the baseline holds.", {(): result.baselined}),
        _metric("meshctl_unread", "Inputs that were not read.", {(): len(result.unread)}),
        _metric("meshctl_skipped", "Checks that did not run.", {(): len(result.skipped)}),
        _metric("meshctl_crashed", "Whether a check crashed.", {(): int(result.crashed)}),
        _metric("meshctl_resources", "Resources that were read.", {(): result.resources}),
        _metric("meshctl_proxies", "Proxies that were looked at, by state where it is known.", _proxies(result)),
    )


def _findings(result: Result) -> Mapping[Labels, int]:
    def labels(finding: Finding, place: str) -> Mapping[str, str]:
        cluster = finding.resource.cluster if finding.resource else ""
        return {"cluster": cluster, "code": finding.code, "namespace": place, "severity": finding.severity.value}

    return _bounded([(labels(f, f.resource.home if f.resource else ""), labels(f, "")) for f in result.findings])


def _proxies(result: Result) -> Mapping[Labels, int]:
    rows = result.tables.get("proxies")
    if rows is None:
        return {(): result.proxies}

    def labels(row: Mapping[str, Any], place: str) -> Mapping[str, str]:
        return {"cluster": row["resource"]["cluster"], "namespace": place, "state": row["state"]}

    return _bounded([(labels(row, row["resource"]["namespace"]), labels(row, "")) for row in rows])


def _bounded(each: Sequence[tuple[Mapping[str, str], Mapping[str, str]]]) -> Mapping[Labels, int]:
    """How many there are of each labels: with their namespaces, the first of each pair, unless those are too many."""
    counts = Counter(tuple(labels.items()) for labels, _ in each)
    return counts if len(counts) <= MOST_SERIES else Counter(tuple(labels.items()) for _, labels in each)


def _metric(name: str, help_text: str, values: Mapping[Labels, float], kind: str = "gauge") -> Iterator[str]:
    yield f"# HELP {name} {help_text}\n# TYPE {name} {kind}\n"
    for labels, value in sorted(values.items()):
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
        yield f"{name}{{{shown}}} {value}\n" if shown else f"{name} {value}\n"


def _escaped(text: str) -> str:
    text = text.encode(errors="replace").decode()
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
