"""libyaml's errors in words a person understands, at the place where the mistake is."""

import re

from yaml import MarkedYAMLError, YAMLError

from meshctl.sources.errors import Unparsed

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Part of libyaml's problem -> sentence. The first that fits is taken.
_PROBLEMS = (
    (
        "found unexpected end of stream",
        "A quote that opens here is not closed by line {until}, the end of the document",
    ),
    (
        "found unexpected document indicator",
        "A quote that opens here is not closed by line {until}, where the document ends",
    ),
    (
        "mapping values are not allowed",
        "A second `: ` stands where a plain value was expected: quote the value, or check the indentation",
    ),
    ("block sequence entries are not allowed", "A list item `-` cannot stand here: put it on a line of its own"),
    ("could not find expected ':'", "A key has no `:` after it"),
    ("did not find expected key", "A key was expected here: check the indentation and the quotes before it"),
    ("did not find expected '-' indicator", "A list item `-` was expected here: check the indentation"),
    ("did not find expected ',' or ']'", "A `[` is not closed: `,` or `]` was expected by line {until}"),
    ("did not find expected ',' or '}'", "A `{` is not closed: `,` or `}` was expected by line {until}"),
    ("did not find expected node content", "A value was expected here"),
    ("did not find expected <document start>", "Something stands after the end of the document"),
    ("found undefined alias", "The alias is not defined by an anchor `&` above it"),
    ("did not find expected comment or line break", "Only a comment may follow `|` or `>` on its line"),
    ("found unknown escape character", "An unknown escape `\\` in a double-quoted text: write `\\\\` for a backslash"),
    ("found undefined tag handle", "The tag's prefix is not declared"),
    ("found incompatible YAML document", "The %YAML version is not 1.1 or 1.2"),
    ("found duplicate %YAML directive", "%YAML is written twice"),
    ("control characters are not allowed", "A control character is not allowed in YAML"),
)
_STARTERS = {"@": "`@`", "`": "a backquote", "%": "`%`", "\t": "a tab"}


def explain(error: YAMLError, text: bytes) -> Unparsed:
    """The error as a sentence, with line and column (from 0) in the text."""
    unparsed = _explain(error, text)
    last = text.rstrip().count(b"\n")
    if unparsed.line > last:
        # The end of the text is where something is missing: show the last line that has any.
        unparsed.line, unparsed.column = last, len(_line(text, last).rstrip())
    if "{{" in _line(text, unparsed.line):
        unparsed.message += " (this looks like a template: render it first, as in `helm template CHART`)"
    return unparsed


def _explain(error: YAMLError, text: bytes) -> Unparsed:
    if not isinstance(error, MarkedYAMLError):
        return _unmarked(error, text)
    problem, context = str(error.problem or ""), str(error.context or "")
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if not problem:
        problem = context
    if "found character that cannot start any token" in problem:
        return Unparsed(_bad_start(text, line, column), line, column)
    if (place := _tab(text, line)) is not None:
        return Unparsed("A tab is not allowed for indentation: use spaces", *place)
    sentence = next((ours for theirs, ours in _PROBLEMS if theirs in problem), "")
    if not sentence:
        sentence = problem[:1].upper() + problem[1:] + (f" {context}" if context else "")
    elif error.context_mark and ("quoted scalar" in context or "is not closed" in sentence):
        start = error.context_mark
        return Unparsed(sentence, start.line, start.column, until=line)
    return Unparsed(sentence, line, column)


def _bad_start(text: bytes, line: int, column: int) -> str:
    source = _line(text, line)
    found = source[column : column + 1]
    if found == "\t":
        return "A tab is not allowed for indentation: use spaces"
    name = _STARTERS.get(found, f"`{found}`")
    return f"A value cannot begin with {name}: quote it"


def _tab(text: bytes, line: int) -> tuple[int, int] | None:
    """The first tab in the indentation of the line of an error or of the one before it."""
    for candidate in (line, line - 1):
        source = _line(text, candidate) if candidate >= 0 else ""
        indent = source[: len(source) - len(source.lstrip())]
        if "\t" in indent and source.strip():
            return candidate, indent.index("\t")
    return None


def _unmarked(error: YAMLError, text: bytes) -> Unparsed:
    """The reader's errors have no mark; the character itself is easy to find."""
    if match := _CONTROL.search(text):
        before = text[: match.start()]
        line = before.count(b"\n")
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace"))
        code = match.group()[0]
        name = "A NUL byte" if code == 0 else f"The control character 0x{code:02x}"
        return Unparsed(f"{name} is not allowed in YAML", line, column)
    reason = str(getattr(error, "reason", "") or error)
    return Unparsed(f"A character is not allowed in YAML: {reason}")


def _line(text: bytes, line: int) -> str:
    lines = text.split(b"\n", line + 1)
    return lines[line].decode("utf-8", "replace") if line < len(lines) else ""
