"""`analyze --watch`: the files again whenever one of them changes, and what that has made better or worse."""

import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from meshctl.cli.errors import UsageError
from meshctl.cli.output import stdout_is_gone, terminal_style, write_stdout
from meshctl.model.finding import Finding
from meshctl.model.result import Result
from meshctl.reports.formats import render

if TYPE_CHECKING:
    from meshctl.analysis.analyze import Analysis
    from meshctl.cli.session import Session

_PAUSE = 0.3
# Of the time, at most this part goes into looking for changes.
_SHARE = 0.05
_TEXTS = ("human", "concise")

State = dict[str, tuple[int, int, int]]


def watch_files(begin: "Callable[[], Session]", analyze: "Callable[[Session], Analysis]") -> int:
    """Report, then print the difference after each change, until Ctrl-C, which passes through.

    Each round reads the configuration again. What is wrong with the input is said, and the next change tries again.
    Returns the last exit code where nobody reads any more. Raises UsageError in the first round.
    """
    session = begin()
    _refuse(session)
    seen = state(_watched(session))
    analysis = analyze(session)
    code = session.finish(analysis.result, analysis.crashes)
    last = analysis.result
    while not stdout_is_gone():
        seen = _changed(session, seen)
        try:
            session = begin()
            _refuse(session)
            analysis = analyze(session)
        except UsageError as error:
            sys.stderr.write(f"meshctl: {error}\n")
            continue
        session.targets = [target for target in session.targets if target[1]]
        code = session.finish(analysis.result, analysis.crashes)
        write_stdout(f"{time.strftime('%H:%M:%S')} {difference(last, analysis.result)}")
        last = analysis.result
        # It is off for single runs; here what they leave behind would pile up.
        gc.collect()
    return code


def difference(before: Result, after: Result) -> str:
    """What was fixed and what is new, a line each, under one line that counts them."""
    style = terminal_style()
    fixed, new = _missing(before.findings, after.findings), _missing(after.findings, before.findings)
    unread = f", {len(after.unread):,} not read" if after.unread else ""
    lines = [f"{len(fixed):,} fixed, {len(new):,} new, {len(after.findings):,} in all{unread}\n"]
    for sign, findings in (("- ", fixed), ("+ ", new)):
        for line in render(Result(findings=findings), "concise", style).splitlines():
            lines.append(f"{sign}{line}\n")
    return "".join(lines)


def state(paths: Sequence[str]) -> State:
    """Time, size and inode of each file given, and of those below directories given; hidden directories left out."""
    found: State = {}
    for file in _files(paths):
        try:
            status = os.stat(file)
        except OSError:
            continue
        found[file] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def _files(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for folder, inner, names in os.walk(path, followlinks=False):
            inner[:] = [name for name in inner if not name.startswith(".")]
            yield from (os.path.join(folder, name) for name in names)


def _changed(session: "Session", seen: State) -> State:
    """Wait until the state is another one, and has stopped changing: editors write in several steps."""
    now = seen
    while True:
        began = time.perf_counter()
        before, now = now, state(_watched(session))
        if now != seen and now == before:
            return now
        time.sleep(max(_PAUSE, (time.perf_counter() - began) / _SHARE))


def _missing(findings: Sequence[Finding], among: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that are not among the others, where equal ones count."""
    known = Counter((f.fingerprint, f.severity, f.resource) for f in among)
    missing = []
    for finding in findings:
        identity = (finding.fingerprint, finding.severity, finding.resource)
        known[identity] -= 1
        if known[identity] < 0:
            missing.append(finding)
    return tuple(missing)


def _watched(session: "Session") -> list[str]:
    files = [*session.paths, *session.helm, *session.values, session.configuration.file, session.baseline_file]
    return [file for file in files if file]


def _refuse(session: "Session") -> None:
    if not session.has_files or "-" in session.paths:
        raise UsageError("--watch takes files and directories")
    if other := next((name for name, file in session.targets if not file and name not in _TEXTS), ""):
        raise UsageError(f"--watch prints text: give the other report a file, as in -o {other}=FILE")
