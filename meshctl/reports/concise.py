"""One line a finding: `file:line:col: error IST0101 message`."""

from meshctl.model.finding import Finding
from meshctl.model.result import Result
from meshctl.reports.formats import Style


def render(result: Result, style: Style) -> str:
    """The findings, a line each; nothing at all where there is none."""
    return "".join(f"{_place(f)}: {f.severity.value} {f.code} {_sentence(f)}\n" for f in result.findings)


def _place(finding: Finding) -> str:
    place = finding.location
    if place:
        return f"{place.file}:{place.start_line}:{place.start_column}"
    return str(finding.resource) if finding.resource else "meshctl"


def _sentence(finding: Finding) -> str:
    subject = f"{finding.resource}: " if finding.resource and finding.location else ""
    return " ".join(f"{subject}{finding.message} {finding.fix}".split())
