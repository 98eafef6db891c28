"""One line a finding: `file:line:col: error IST0101 message`."""

from meshctl.model.finding import Finding
from meshctl.model.result import Result
from meshctl.reports.formats import Style
from meshctl.reports.places import untold
from meshctl.reports.text import SEVERITY_COLORS, name_of, one_line, paint, safe


def render(result: Result, style: Style) -> str:
    """The findings, a line each, then what was not read; nothing at all where there is neither."""
    lines = [f"{_place(f, style)}: {_severity(f, style)} {f.code} {_text(f, style)}\n" for f in result.findings]
    lines += [f"{one_line(u.what, style)}: not read: {one_line(u.why, style)}\n" for u in untold(result)]
    return "".join(lines)


def _place(finding: Finding, style: Style) -> str:
    place = finding.location
    if place:
        return f"{safe(place.file, style)}:{place.start_line}:{place.start_column}"
    return name_of(finding.resource, style) if finding.resource else "meshctl"


def _severity(finding: Finding, style: Style) -> str:
    return paint(finding.severity.value, SEVERITY_COLORS[finding.severity], style)


def _text(finding: Finding, style: Style) -> str:
    subject = f"{finding.resource}: " if finding.resource and finding.location else ""
    return one_line(f"{subject}{finding.message} {finding.fix}", style)
