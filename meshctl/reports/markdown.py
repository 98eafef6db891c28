"""Markdown for a comment on a pull request, or for the summary of a CI job."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from meshctl.model.finding import Finding
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style
from meshctl.reports.places import from_root, untold
from meshctl.reports.tables import Texts, texts
from meshctl.reports.text import safe

# GitHub refuses longer comments; what is left covers the note at the end.
MOST = 65_536
_RESERVE = 1_000
_ROWS = 25
_LONGEST = 2_000
_SIGNS = {Severity.ERROR: "🔴", Severity.WARNING: "🟠", Severity.INFO: "🔵"}
_SPECIAL = re.compile(r"[&<>|`*_\[\]\\~$!]")
# Of a person, of an issue, and where an address would become a link.
_REFERENCE = re.compile(r"[@#](?=\w)|:(?=//)|\bwww(?=\.)")


def render(result: Result, style: Style) -> str:
    """A verdict and a table of the findings, the worst first; what does not fit is counted."""
    if result.failure:
        return f"### meshctl failed\n\n{_text(result.failure.message, style)}\n"
    text = f"### meshctl: {_verdict(result)}\n"
    rows = [_row(f, style) for f in result.findings]
    heading = "\n| | Where | What |\n| --- | --- | --- |\n"
    if rows:
        text += heading
        room = MOST - _RESERVE - len(text) - min(_length(_ending(result, style)), MOST // 4)
        shown = _fitting(rows, room)
        text += "".join(shown)
        if left := len(rows) - len(shown):
            text += f"\nand {left:,} more, not worse than these: there is no room for more in a comment.\n"
    for part in _ending(result, style):
        if len(text) + len(part) > MOST - _RESERVE // 2:
            text += "\nThere is more: the comment is full.\n"
            break
        text += part
    return text


def _length(parts: Iterable[str]) -> int:
    return sum(map(len, parts))


def _fitting(rows: list[str], room: int) -> list[str]:
    for i, row in enumerate(rows):
        room -= len(row)
        if room < 0:
            return rows[:i]
    return rows


def _verdict(result: Result) -> str:
    counts = Counter(f.severity for f in result.findings)
    found = [f"{counts[s]:,} {s.value}{'s' if counts[s] > 1 else ''}" for s in Severity if counts[s]]
    if found:
        return ", ".join(found)
    if result.unread or result.crashed:
        return "no problems found, but not everything was looked at"
    return "no problems"


def _row(finding: Finding, style: Style) -> str:
    where = []
    if finding.resource:
        subject = f"{finding.resource} in {finding.resource.cluster}" if finding.resource.cluster else finding.resource
        where.append(_text(str(subject), style))
    if place := finding.location:
        where.append(_code(f"{from_root(place.file, style)}:{place.start_line}", style))
    elif finding.path:
        where.append(_code(finding.field, style))
    what = f"**{finding.code}** {_text(finding.message, style)}"
    for related in finding.related[:3]:
        at = f" ({from_root(related.location.file, style)}:{related.location.start_line})" if related.location else ""
        what += f"<br>See {_text(f'{related.resource or str()}{at}: {related.message}', style)}"
    if finding.fix:
        what += f"<br>**Fix:** {_text(finding.fix, style)}"
    if finding.help_uri:
        what += f" [More]({finding.help_uri})"
    severity = finding.severity.value
    sign = f"{_SIGNS[finding.severity]} {severity}" if style.unicode else severity
    return f"| {sign} | {'<br>'.join(where)} | {what} |\n"


def _ending(result: Result, style: Style) -> Iterator[str]:
    hidden = ((result.suppressed, "suppressed"), (result.baselined, "in the baseline"))
    if told := ", ".join(f"{number:,} {where}" for number, where in hidden if number):
        yield f"\nNot shown: {told}.\n"
    if result.crashed:
        yield "\n**A check crashed:** what it would have found is missing here.\n"
    if unread := untold(result):
        yield "\n**Not read:**\n\n"
        yield from (f"- {_code(u.what, style)}: {_text(u.why, style)}\n" for u in unread)
    if result.skipped:
        yield "\n**Did not run:**\n\n"
        yield from (f"- {_text(s.analyzer, style)}: {_text(s.why, style)}\n" for s in result.skipped)
    for table in texts(result.tables):
        yield _table(table, style)


def _table(table: Texts, style: Style) -> str:
    lines = [[_text(heading, style) for heading in table.headings], ["--:" if n else "---" for n in table.numbers]]
    lines += [[_cell(cell, style) for cell in row] for row in table.rows[:_ROWS]]
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    more = f"\nand {len(table.rows) - _ROWS:,} more rows\n" if len(table.rows) > _ROWS else ""
    title = _text(table.title, style)
    return f"\n<details><summary>{title}</summary>\n\n{text}{more}\n</details>\n"


def _cell(text: str, style: Style) -> str:
    return "<br>".join(_text(line, style) for line in text.split("\n"))


def _code(text: str, style: Style) -> str:
    return f"<code>{_text(text, style)}</code>"


def _text(text: str, style: Style) -> str:
    """Text that is no markup: no table ends in it, no HTML begins, nobody is mentioned and nothing linked."""
    shown = " ".join(safe(text, style).split())
    if len(shown) > _LONGEST:
        shown = f"{shown[:_LONGEST]}..."
    shown = _REFERENCE.sub(lambda m: f"{m[0]}\u200b", shown)
    return _SPECIAL.sub(lambda m: f"&#{ord(m[0])};", shown).replace("\u200b", "&#8203;")
