"""Where reports go: `-o FORMAT=FILE`, the terminal, and what happens when that fails."""

import os
import shutil
import sys
from collections.abc import Callable, Collection, Sequence

from meshctl.cli.errors import UsageError
from meshctl.reports.formats import Style

Target = tuple[str, str]
"""A format and the file it goes to; an empty file means stdout."""


def output_targets(output: Sequence[str], formats: Collection[str]) -> list[Target]:
    """The values of `-o`; the first format where there is none.

    Raises UsageError for an unknown format, for two of them on stdout and for two into one file.
    """
    targets = []
    for value in output or [next(iter(formats))]:
        format_name, equals, file = value.partition("=")
        if format_name not in formats:
            raise UsageError(_unknown(format_name, formats))
        if equals and not file:
            raise UsageError(f"-o {value} names no file: write -o {format_name}=FILE, or -o {format_name} for stdout")
        targets.append((format_name, file))
    if sum(not file for _, file in targets) > 1:
        raise UsageError("only one format can go to stdout: give the others a file, as in -o json=report.json")
    files = [file for _, file in targets if file]
    if twice := next((file for file in files if files.count(file) > 1), ""):
        raise UsageError(f"two formats cannot go to the same file: {twice}")
    return targets


def write_reports(targets: Sequence[Target], render: Callable[[str, Style], str]) -> None:
    """Make and write each report, files first: after an error nothing has gone to stdout yet. Raises UsageError.

    Beside the annotations for GitHub, its summary of the step gets a report where there is one.
    """
    for format_name, file in sorted(targets, key=lambda target: not target[1]):
        if file:
            # The node exporter may be reading it.
            write_file(file, render(format_name, file_style()), whole=format_name == "prometheus")
        else:
            write_stdout(render(format_name, terminal_style()))
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and any(format_name == "github" for format_name, _ in targets):
        _append(summary, render("markdown", file_style()))


def write_stdout(text: str) -> None:
    """Write and flush. A reader that has gone (`| head`) is no error; a full disk raises UsageError."""
    try:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
    except OSError as error:
        discard_stdout()
        raise UsageError(f"cannot write to stdout: {error.strerror}") from error


_gone = False


def stdout_is_gone() -> bool:
    """Whether somebody who read stdout has left."""
    return _gone


def discard_stdout() -> None:
    """Let what is still in the buffer go nowhere, so that the end of the process does not fail over it again."""
    global _gone
    _gone = True
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def terminal_style() -> Style:
    """What stdout can show: colours on a terminal only (NO_COLOR and FORCE_COLOR decide otherwise)."""
    color = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if os.environ.get("NO_COLOR"):
        color = False
    elif os.environ.get("FORCE_COLOR"):
        color = True
    try:
        "─✔…".encode(sys.stdout.encoding or "ascii")
        unicode = True
    except UnicodeEncodeError:
        unicode = False
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 80
    return Style(width=max(40, min(width, 120)), color=color, unicode=unicode, root=_root())


def file_style() -> Style:
    """What a file may hold."""
    return Style(root=_root())


def _root() -> str:
    """The repository that the working directory is in, as the CI job or else git sees it; empty outside of one."""
    here = os.getcwd()
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        given = os.environ.get(name)
        if given and os.path.commonpath([here, os.path.realpath(given)]) == os.path.realpath(given):
            return os.path.realpath(given)
    folder = here
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent
    return folder


def _unknown(format_name: str, formats: Collection[str]) -> str:
    from meshctl.graph.nearest import Names

    near = Names(formats).nearest(format_name)
    hint = f"did you mean {near}?" if near else f"use {', '.join(formats)}"
    return f"unknown format {format_name!r}: {hint}"


def write_file(file: str, text: str, *, whole: bool = False) -> None:
    """Write a report. With `whole` no reader ever sees a part of it. Raises UsageError."""
    made = f"{file}.{os.getpid()}.tmp" if whole and (os.path.isfile(file) or not os.path.exists(file)) else file
    try:
        with open(made, "w", encoding="utf-8", errors="backslashreplace") as out:
            out.write(text)
        if made != file:
            os.replace(made, file)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error


def _append(file: str, text: str) -> None:
    try:
        with open(file, "a", encoding="utf-8", errors="backslashreplace") as out:
            out.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error
