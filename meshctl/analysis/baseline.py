"""Findings against a baseline: which are known, which are new, and which entries are not needed any more."""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from meshctl.analysis.analyzer import Analyzer, Claim
from meshctl.analysis.baselinefile import name_in
from meshctl.analysis.suppress import ALWAYS_TOLD
from meshctl.model.baseline import Baseline, BaselineEntry
from meshctl.model.finding import Finding

STALE = "baseline-entry-stale"


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings that are new and those that are in the baseline, both in their order.

    `left` are the entries with the number of findings that they wait for in vain.
    """

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    left: tuple[BaselineEntry, ...]


def compare(findings: Iterable[Finding], baseline: Baseline) -> Compared:
    """Hold findings against a baseline. Of more equal findings than it has, the last are new.

    An entry is for findings in its file. One whose file is gone is for equal findings in any other: it was renamed.
    """
    remaining = {(entry.fingerprint, entry.file): entry.count for entry in baseline.entries}
    moved: dict[str, list[str]] = {}
    gone = _Gone(baseline.file)
    for entry in baseline.entries:
        if gone.is_gone(entry.file):
            moved.setdefault(entry.fingerprint, []).append(entry.file)
    new, known = [], []
    for finding in findings:
        file = name_in(baseline.file, finding.location.file if finding.location else "")
        candidates = [file, *moved.get(finding.fingerprint, ())]
        key = next((k for c in candidates if remaining.get(k := (finding.fingerprint, c), 0)), None)
        if key is None or finding.name in ALWAYS_TOLD:
            new.append(finding)
        else:
            remaining[key] -= 1
            known.append(finding)
    left = tuple(
        replace(entry, count=count) for entry in baseline.entries if (count := remaining[entry.fingerprint, entry.file])
    )
    return Compared(tuple(new), tuple(known), left)


def stale(
    left: Iterable[BaselineEntry], baseline: str, inputs: Sequence[str], analyzers: Collection[Analyzer], *, live: bool
) -> tuple[BaselineEntry, ...]:
    """Those of the entries left over that a run over these inputs, with these checks, would have found.

    `live` says that a cluster was read, which is where findings without a file are. Entries of files that are gone are
    stale whatever was read.
    """
    gone = _Gone(baseline)
    roots = [name_in(baseline, path) for path in inputs]
    codes = {analyzer.code for analyzer in analyzers}
    return tuple(
        entry
        for entry in left
        if entry.code in codes
        and ((live and not entry.file) or gone.is_gone(entry.file) or any(_is_in(entry.file, root) for root in roots))
    )


def _is_in(file: str, root: str) -> bool:
    """Whether a file is a given path or below it, both as seen from the baseline."""
    if root == ".":
        return bool(file) and file != ".." and not file.startswith("../")
    return file == root or file.startswith(f"{root}/")


def stale_claims(entries: Iterable[BaselineEntry]) -> Iterator[Claim]:
    """What is to be said of entries that are not needed any more."""
    for entry in entries:
        about = f"{entry.code} of {entry.resource}" if entry.resource else entry.code
        where = f" in {entry.file}" if entry.file else ""
        times = f" {entry.count} times more than it is there" if entry.count > 1 else ""
        yield Claim(
            None,
            (),
            f"The baseline has {about}{where}{times}, which is not found any more.",
            fix="Run `meshctl baseline prune`, so that it is not hidden when it comes back.",
            place=entry.place,
            key=("baseline", entry.fingerprint, entry.file),
        )


def entries_of(findings: Iterable[Finding], baseline: str) -> tuple[BaselineEntry, ...]:
    """A baseline's entries for findings; without those that nobody can accept."""
    found: dict[tuple[str, str], BaselineEntry] = {}
    for finding in findings:
        if finding.name in ALWAYS_TOLD:
            continue
        file = name_in(baseline, finding.location.file if finding.location else "")
        known = found.get((finding.fingerprint, file))
        if known is not None:
            found[finding.fingerprint, file] = replace(known, count=known.count + 1)
            continue
        resource = str(finding.resource) if finding.resource else ""
        entry = BaselineEntry(finding.fingerprint, finding.code, resource, file, finding.field)
        found[finding.fingerprint, file] = entry
    return tuple(found.values())


def without(baseline: Baseline, entries: Iterable[BaselineEntry]) -> Baseline:
    """The baseline with each of the entries fewer by its count."""
    fewer = {(entry.fingerprint, entry.file): entry.count for entry in entries}
    left = (replace(e, count=e.count - fewer.get((e.fingerprint, e.file), 0)) for e in baseline.entries)
    return replace(baseline, entries=tuple(entry for entry in left if entry.count > 0))


class _Gone:
    """Which files of a baseline are not there any more."""

    def __init__(self, baseline: str) -> None:
        self._folder = os.path.dirname(os.path.abspath(baseline))
        self._known: dict[str, bool] = {"": False, "-": False}

    def is_gone(self, file: str) -> bool:
        """Whether a file, named as a baseline names it, does not exist."""
        if file not in self._known:
            self._known[file] = not os.path.lexists(os.path.join(self._folder, file))
        return self._known[file]
