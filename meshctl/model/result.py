"""The outcome of a run: what was found, what was not looked at, and the exit code."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from msgspec import Struct

from meshctl.model.finding import Finding
from meshctl.model.ids import ResourceId
from meshctl.model.severity import Severity


class Exit(IntEnum):
    """Exit codes, the same for every command and format."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 4
    INTERRUPTED = 130


class Skipped(Struct, frozen=True):
    """A check that did not run, and why."""

    analyzer: str
    why: str


class Unread(Struct, frozen=True):
    """An input that was not read whole, and why."""

    what: str
    why: str


class Failure(Struct, frozen=True):
    """Why a run ended before it had a result, and its exit code."""

    message: str
    code: Exit


class Surroundings(Struct, frozen=True):
    """What is around resources in the graph. `nodes` and `edges` are rows as `meshctl graph` has them.

    `around` has the positions in `nodes` of what is near a resource, the resource itself first.
    """

    nodes: Sequence[Mapping[str, Any]] = ()
    edges: Sequence[Mapping[str, Any]] = ()
    around: Mapping[ResourceId, Sequence[int]] = {}


def _nowhere(resources: Iterable[ResourceId]) -> Surroundings:
    return Surroundings()


class SetAside(Struct, frozen=True):
    """A finding that is not reported, and why.

    `by` is "annotation", "comment", "configuration", "flag" or "baseline"; `reason` may be empty.
    """

    finding: Finding
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a report may say. `set_aside` are the findings that `suppressed` and `baselined` count.

    `tables` holds a command's own rows under their JSON key, as plain data.

    `checks` are those that ran, as `CODE name`. From `fail_on` on a finding fails the run, None means never. `failure`
    stands in place of everything else. `surroundings` finds what is near resources, where asked.
    """

    inputs: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    suppressed: int = 0
    baselined: int = 0
    set_aside: Sequence[SetAside] = ()
    skipped: Sequence[Skipped] = ()
    unread: Sequence[Unread] = ()
    crashed: bool = False
    resources: int = 0
    files: int = 0
    proxies: int = 0
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    checks: Sequence[str] = ()
    fail_on: Severity | None = Severity.ERROR
    failure: Failure | None = None
    surroundings: Callable[[Iterable[ResourceId]], Surroundings] = field(default=_nowhere, compare=False, repr=False)

    @property
    def exit(self) -> Exit:
        """How the run ends."""
        return self.exit_code(self.fail_on)

    def exit_code(self, fail_on: Severity | None) -> Exit:
        """The one place that computes an exit code: that of a failure, else 4 over 3 over 1 over 0."""
        if self.failure:
            return self.failure.code
        if self.crashed:
            return Exit.INTERNAL
        if self.unread:
            return Exit.INCOMPLETE
        if fail_on and any(f.severity.at_least(fail_on) for f in self.findings):
            return Exit.FINDINGS
        return Exit.CLEAN
