"""Workflow commands that GitHub shows as annotations on the lines of a pull request."""

from collections.abc import Iterator

from meshctl.model.finding import Finding
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style
from meshctl.reports.places import from_root, told, untold
from meshctl.reports.text import one_line, safe

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# So many of one kind are shown of a step; all of them stay in its log.
SHOWN = 10


def render(result: Result, style: Style) -> str:
    """A line for each finding, the worst first; before the hints one that says how many annotations are not shown."""
    if result.failure:
        return _command("error", result.failure.message, style, title="meshctl failed")
    lines = [_command("error", f"{u.what}: {u.why}", style, title="not read") for u in untold(result)]
    lines += [_finding(f, style) for f in result.findings if f.severity is not Severity.INFO]
    lines += _overflow(result, len(lines), style)
    lines += [_finding(f, style) for f in result.findings if f.severity is Severity.INFO]
    lines += [_command("notice", f"{s.analyzer}: {s.why}", style, title="did not run") for s in result.skipped]
    return "".join(lines)


def _overflow(result: Result, unread: int, style: Style) -> Iterator[str]:
    total = len(result.findings)
    shown = sum(min(SHOWN, sum(f.severity is s for f in result.findings)) for s in Severity)
    if shown < total:
        text = f"{total - shown:,} of {total:,} findings have no annotation: the log of this step has all of them."
        yield _command("notice", text, style, title="meshctl")


def _finding(finding: Finding, style: Style) -> str:
    properties: dict[str, str | int] = {}
    if place := finding.location:
        properties = {"file": from_root(place.file, style), "line": place.start_line, "endLine": place.end_line}
        # Columns of a region over several lines are refused.
        if place.start_line == place.end_line and place.end_column >= place.start_column:
            properties |= {"col": place.start_column, "endColumn": place.end_column}
    title = f"{finding.code} {finding.name}"
    return _command(_COMMANDS[finding.severity], told(finding), style, title=title, **properties)


def _command(name: str, message: str, style: Style, *, title: str, **properties: str | int) -> str:
    given = {**properties, "title": title}
    listed = ",".join(f"{key}={_property(safe(str(value), style))}" for key, value in given.items())
    return f"::{name} {listed}::{_data(one_line(message, style))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
