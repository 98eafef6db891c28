"""What a check costs, counted and not timed: lines of our code that run, and resources handed out to loops in C."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import meshctl
import meshctl_analyzers
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.runner import outcome_of, prepared
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.view import View
from meshctl.model.finding import Finding

OUTPUT = "characters of the report"
RUNNER = "what is done around the checks"
_OURS = tuple(f"{Path(package.__path__[0])}/" for package in (meshctl, meshctl_analyzers))


class Meter:
    """Counts operations while it is entered; a loop on one line counts once a turn, also in a comprehension."""

    def __init__(self) -> None:
        self.operations = 0

    def __enter__(self) -> "Meter":
        self._before = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        sys.settrace(self._before)

    def _called(self, frame: FrameType, event: str, argument: object) -> Any:
        return self._line if frame.f_code.co_filename.startswith(_OURS) else None

    def _line(self, frame: FrameType, event: str, argument: object) -> Any:
        self.operations += event == "line"
        return self._line


class _Counted(tuple[View, ...]):
    """Resources that count each time one of them is looked at, so that `sorted(mesh.all(Kind))` is seen too."""

    meter: Meter

    def __iter__(self) -> Iterator[View]:
        for one in super().__iter__():
            self.meter.operations += 1
            yield one

    def __contains__(self, one: object) -> bool:
        self.meter.operations += len(self)
        return super().__contains__(one)


def operations(mesh: MeshGraph, checks: Sequence[Analyzer]) -> dict[str, int]:
    """Operations of each check by its name, under RUNNER those around them, and under OUTPUT how much they have to say.

    An index counts for the check that is the first to use it. All is done in this process, since what a second one does
    would not be counted. Raises AssertionError if a check crashes.
    """
    meter = Meter()
    for kind in _kinds(View):
        found = mesh._built[kind] = _Counted(mesh.all(kind))
        found.meter = meter
    with meter:
        each = prepared(mesh, checks)
    counts = {RUNNER: meter.operations}
    looked = []
    for check in checks:
        meter.operations = 0
        with meter:
            looked.append(each.look(check))
        counts[check.name] = meter.operations
    meter.operations = 0
    with meter:
        outcome = outcome_of(each, checks, looked)
    assert not outcome.crashes, outcome.crashes[0].traceback
    counts[RUNNER] += meter.operations
    return counts | {OUTPUT: sum(map(_size, outcome.findings))}


def _kinds(kind: type[View]) -> Iterator[type[View]]:
    for below in kind.__subclasses__():
        yield from _kinds(below)
    if "KINDS" in vars(kind):
        yield kind


def _size(finding: Finding) -> int:
    return len(finding.message) + len(finding.fix) + sum(len(related.message) + 100 for related in finding.related)
