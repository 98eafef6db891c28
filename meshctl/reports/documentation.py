"""What the checks say of themselves: one explained, or all of them listed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from meshctl.analysis.analyzer import Analyzer
from meshctl.reports.formats import Style
from meshctl.reports.json import encode
from meshctl.reports.text import SEVERITY_COLORS, one_line, paint, safe, wrap

_HEADING = re.compile(r"(Why|Example|Fix|Silent when):")


def explanation(analyzers: Sequence[Analyzer], style: Style) -> str:
    """The documentation of one or several checks; of several their names come first."""
    texts = [document(a, style) for a in analyzers]
    if len(analyzers) > 1:
        names = "".join(f"  {a.name}\n" for a in analyzers)
        texts.insert(0, f"{len(analyzers)} checks are called that:\n{names}")
    return "\n\n".join(texts)


def document(analyzer: Analyzer, style: Style) -> str:
    """The documentation of a check: its docstring, paragraphs filled to the width, examples as they are."""
    severity = paint(analyzer.severity.value, f"bold {SEVERITY_COLORS[analyzer.severity]}", style)
    request = ", on request" if analyzer.on_request else ""
    lines = [f"{paint(analyzer.code, 'bold', style)} {analyzer.name} ({severity}{request})", ""]
    for paragraph in analyzer.doc.strip().split("\n\n"):
        lines += [*_paragraph(paragraph, style), ""]
    lines += wrap(f'To silence it, annotate the resource: ignore.meshctl.dev/{analyzer.name}: "reason"', style.width)
    if analyzer.help_uri:
        lines.append(f"See also {paint(analyzer.help_uri, 'cyan', style)}")
    return "".join(f"{line}\n" for line in lines)


def _paragraph(paragraph: str, style: Style) -> Iterator[str]:
    """Flush lines are prose and run together; indented ones are an example and stay."""
    prose: list[str] = []
    for line in paragraph.split("\n"):
        if line.startswith(" "):
            yield from _prose(prose, style)
            prose.clear()
            yield safe(line, style)
        else:
            prose.append(line)
    yield from _prose(prose, style)


def _prose(lines: Sequence[str], style: Style) -> Iterator[str]:
    if lines:
        for line in wrap(one_line(" ".join(lines), style), style.width):
            yield _HEADING.sub(lambda m: paint(m[0], "bold", style), line) if _HEADING.match(line) else line


def _human(analyzers: Sequence[Analyzer], style: Style) -> str:
    lines: list[str] = []
    for a in analyzers:
        severity = paint(f"{a.severity.value:<7}", SEVERITY_COLORS[a.severity], style)
        lines.append(f"{paint(f'{a.code:<7}', 'bold', style)}  {severity}  {a.name}{' (on request)' * a.on_request}")
        lines += wrap(one_line(a.summary, style), style.width, " " * 18)
    lines += ["", f"{len(analyzers)} checks. What one means: meshctl explain CODE"]
    return "".join(f"{line}\n" for line in lines)


def _json(analyzers: Sequence[Analyzer], style: Style) -> str:
    return encode(
        [{"code": a.code, "name": a.name, "severity": a.severity.value, "summary": a.summary} for a in analyzers], style
    )


def _markdown(analyzers: Sequence[Analyzer], style: Style) -> str:
    rows = [
        (a.code, a.name, a.severity.value + ", on request" * a.on_request, a.summary.replace("|", "\\|"))
        for a in analyzers
    ]
    lines = [("Code", "Name", "Severity", "Finds"), ("---",) * 4, *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


LISTS: Mapping[str, Callable[[Sequence[Analyzer], Style], str]] = {
    "human": _human,
    "json": _json,
    "markdown": _markdown,
}
