"""Findings for people: each with its line of the file, what it means and the next step; a summary at the end."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from meshctl.model.finding import Finding, Related
from meshctl.model.location import Location
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style
from meshctl.reports.text import SEVERITY_COLORS, marked, name_of, one_line, paint, safe, wrap

# More hints of one kind than this are a flood that hides the errors above it: only the first few are shown.
MANY = 50
FEW = 5
TOP = 5


def render(result: Result, style: Style) -> str:
    """The command's tables, then the findings, then what the run covered; a blank line between."""
    alike: Mapping[Finding, Sequence[str]] = {}
    findings: Iterable[Finding] = result.findings
    shown: Counter[tuple[str, str]] = Counter()
    blocks = []
    if result.tables:
        from meshctl.reports import tables
        from meshctl.reports.fleet import KEY, together

        blocks.append(tables.render(result.tables, style))
        if KEY in result.tables:
            findings = alike = together(result.findings)
    flood = _flood(findings)
    for finding in findings:
        kind = (finding.code, finding.name)
        if finding.severity is Severity.INFO and kind in flood:
            shown[kind] += 1
            if shown[kind] > FEW:
                continue
        blocks.append("".join(f"{line}\n" for line in _finding(finding, style, alike.get(finding, ()))))
    if flood:
        blocks.append("".join(f"{line}\n" for line in _left_out(flood, style)))
    blocks.append("".join(f"{line}\n" for line in _summary(result, style)))
    return "\n".join(blocks)


def _flood(findings: Iterable[Finding]) -> dict[tuple[str, str], int]:
    """Infos of which there are too many to show each, with their number."""
    infos = Counter((f.code, f.name) for f in findings if f.severity is Severity.INFO)
    return {kind: count for kind, count in infos.items() if count > MANY}


def _left_out(flood: dict[tuple[str, str], int], style: Style) -> Iterator[str]:
    for (code, name), count in sorted(flood.items()):
        yield paint(f"and {count - FEW:,} more infos of {code} {name}: -o concise shows all of them", "dim", style)


def _finding(finding: Finding, style: Style, clusters: Sequence[str] = ()) -> Iterator[str]:
    """`clusters` are others that have the same."""
    severity = paint(finding.severity.value, f"bold {SEVERITY_COLORS[finding.severity]}", style)
    yield f"{severity} {paint(finding.code, 'bold', style)} {finding.name}"
    place = finding.location
    if finding.resource:
        yield f"  {name_of(finding.resource, style)}{_field(finding, style)}"
    if place:
        yield f"  {paint(_position(place, style), 'cyan', style)}"
        if place.source:
            yield from _source(place, SEVERITY_COLORS[finding.severity], style)
    yield from wrap(one_line(finding.message, style), style.width, "  ")
    for related in finding.related:
        yield from _labelled("see", _related(related, style), style)
    if clusters:
        from meshctl.reports.fleet import elsewhere

        yield from _labelled("same", one_line(elsewhere(clusters), style), style)
    if finding.fix:
        yield from _labelled("fix", one_line(finding.fix, style), style)


def _field(finding: Finding, style: Style) -> str:
    """The field, where no line of a file shows it."""
    return f" {safe(finding.field, style)}" if finding.path and not finding.location else ""


def _position(place: Location, style: Style) -> str:
    return f"{safe(place.file, style)}:{place.start_line}:{place.start_column}"


def _source(place: Location, color: str, style: Style) -> Iterator[str]:
    number = str(place.start_line)
    line = marked(place, style.width - len(number) - 5, style)
    bar = paint("│" if style.unicode else "|", "dim", style)
    yield f"  {paint(number, 'dim', style)} {bar} {line.source}"
    indent = len(line.mark) - len(line.mark.lstrip())
    yield f"  {' ' * len(number)} {bar} {' ' * indent}{paint(line.mark[indent:], color, style)}"


def _labelled(label: str, text: str, style: Style) -> Iterator[str]:
    lines = wrap(text, style.width, " " * (len(label) + 4))
    yield f"  {paint(label, 'green', style)}: {next(lines)[len(label) + 4 :]}"
    yield from lines


def _related(related: Related, style: Style) -> str:
    where = [name_of(related.resource, style)] if related.resource else []
    if related.location:
        where.append(f"({_position(related.location, style)})")
    return f"{' '.join(where)}: {one_line(related.message, style)}" if where else one_line(related.message, style)


def _summary(result: Result, style: Style) -> Iterator[str]:
    hidden = _hidden(result)
    yield f"{_verdict(result, style)} in {_extent(result)}{f' ({hidden})' if hidden and not result.findings else ''}."
    if hidden and result.findings:
        yield f"Not shown: {hidden}."
    yield from _most_frequent(result.findings, style)
    if result.unread:
        yield paint(f"Not read: {_count(len(result.unread), 'input')}", "bold", style)
        for unread in result.unread:
            text = f"{one_line(unread.what, style)}: {one_line(unread.why, style)}"
            yield from wrap(text, style.width, "    ", first="  ")
    if result.skipped:
        yield paint(f"Did not run: {_count(len(result.skipped), 'check')}", "bold", style)
        for skipped in result.skipped:
            text = f"{one_line(skipped.analyzer, style)}: {one_line(skipped.why, style)}"
            yield from wrap(text, style.width, "    ", first="  ")
    if result.crashed:
        yield "A check crashed: what it would have found is missing here. --debug shows why."
    if result.findings:
        yield paint(f"What a code means: meshctl explain {result.findings[0].code}", "dim", style)


def _verdict(result: Result, style: Style) -> str:
    by_severity = Counter(f.severity for f in result.findings)
    found = [
        paint(_count(by_severity[s], s.value), f"bold {SEVERITY_COLORS[s]}", style) for s in Severity if by_severity[s]
    ]
    if found:
        return f"Found {_listed(found)}"
    if result.unread or result.crashed:
        return "No problems found, but not everything was looked at,"
    return paint("No problems", "bold green", style)


def _extent(result: Result) -> str:
    proxies = f"{result.proxies:,} {'proxy' if result.proxies == 1 else 'proxies'}" if result.proxies else ""
    if proxies and not result.resources:
        return proxies
    files = f" of {_count(result.files, 'file')}" if result.files else ""
    return f"{f'{proxies} and ' if proxies else ''}{_count(result.resources, 'resource')}{files}"


def _hidden(result: Result) -> str:
    counts = ((result.suppressed, "suppressed"), (result.baselined, "in the baseline"))
    return ", ".join(f"{number:,} {where}" for number, where in counts if number)


def _most_frequent(findings: Sequence[Finding], style: Style) -> Iterator[str]:
    """The kinds of findings that there are most of, the worst first among equals; nothing where that tells no more."""
    kinds = Counter((f.severity, f.code, f.name) for f in findings)
    if len(findings) <= TOP or len(kinds) == len(findings):
        return
    ranked = sorted(kinds.items(), key=lambda item: (-item[1], item[0][0].rank, item[0][1:]))
    shown = len(ranked) if len(ranked) <= TOP + 1 else TOP
    for (severity, code, name), count in ranked[:shown]:
        yield f"  {count:>6,} {paint(f'{severity.value:<7}', SEVERITY_COLORS[severity], style)} {code} {name}"
    if rest := ranked[shown:]:
        yield f"  {sum(count for _, count in rest):>6,} of {len(rest)} other kinds"


def _listed(items: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
