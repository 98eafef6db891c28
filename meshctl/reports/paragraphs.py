"""The documentation of checks in parts: prose under headings, and examples."""

import re
from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.registry import load
from meshctl.model.result import Result

_HEADING = re.compile(r"(Why|Example|Fix|Silent when): *\n?")
_SPECIAL = re.compile(r"[\\*_<>\[\]#|~]")


class Part(Struct, frozen=True):
    """A paragraph with its heading (`Why`, or empty), or an example with its line breaks."""

    heading: str
    text: str
    is_example: bool = False


class Documented(Struct, frozen=True):
    """A check with what its documentation says. One that is not installed here has a name alone."""

    code: str
    name: str
    severity: str = ""
    summary: str = ""
    parts: tuple[Part, ...] = ()
    help_uri: str = ""


def documented(result: Result) -> list[Documented]:
    """The checks that ran or found something, also what is set aside, by code and name."""
    found = [*result.findings, *(one.finding for one in result.set_aside)]
    wanted = {check.partition(" ")[::2] for check in result.checks} | {(f.code, f.name) for f in found}
    known = {(a.code, a.name): a for a in installed()} if wanted else {}
    return [_documented(known[key]) if key in known else Documented(*key) for key in sorted(wanted)]


@cache
def installed() -> Sequence[Analyzer]:
    """Every check there is."""
    return load()


def _documented(check: Analyzer) -> Documented:
    body = check.doc.strip().partition("\n")[2]
    parts = tuple(part for paragraph in body.split("\n\n") if paragraph.strip() for part in _parts(paragraph))
    return Documented(check.code, check.name, check.severity.value, check.summary, parts, check.help_uri)


def _parts(paragraph: str) -> list[Part]:
    """Indented lines are an example."""
    paragraph = paragraph.strip("\n")
    found = _HEADING.match(paragraph)
    heading = found[1] if found else ""
    lines = paragraph[found.end() if found else 0 :].split("\n")
    prose = " ".join(line.strip() for line in lines if line and not line.startswith(" "))
    example = [line for line in lines if line.startswith(" ")]
    margin = min((len(line) - len(line.lstrip()) for line in example), default=0)
    parts = [Part(heading, prose)] if prose else []
    if example:
        parts.append(Part("" if prose else heading, "\n".join(line[margin:] for line in example), is_example=True))
    return parts


def as_text(check: Documented) -> str:
    """The documentation as plain text."""
    lines = [check.summary]
    for part in check.parts:
        heading = f"{part.heading}: " if part.heading else ""
        lines.append(f"{heading.strip()}\n{part.text}" if part.is_example else heading + part.text)
    return "\n\n".join(lines)


def as_markdown(check: Documented) -> str:
    """The documentation as Markdown."""
    lines = [markdown_prose(check.summary)]
    for part in check.parts:
        heading = f"**{part.heading}:** " if part.heading else ""
        lines += (
            [heading.strip(), f"```yaml\n{part.text}\n```"]
            if part.is_example
            else [heading + markdown_prose(part.text)]
        )
    return "\n\n".join(filter(None, lines))


def markdown_prose(text: str) -> str:
    """Our prose has code between backticks; anything else is no markup."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _SPECIAL.sub(r"\\\g<0>", text.replace("`", "'"))
    return "`".join(part if i % 2 else _SPECIAL.sub(r"\\\g<0>", part) for i, part in enumerate(parts))
