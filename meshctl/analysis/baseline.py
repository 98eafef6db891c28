"""Findings against a baseline: which are known, which are new, and which entries are not needed any more."""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from msgspec import Struct, structs

from meshctl.analysis.analyzer import Analyzer, Claim
from meshctl.analysis.baselinefile import name_in
from meshctl.analysis.suppress import ALWAYS_TOLD
from meshctl.model.baseline import Baseline, BaselineEntry
from meshctl.model.finding import Finding

STALE = "baseline-entry-stale"


class Compared(Struct, frozen=True):
    """Findings that are new and those that are in the baseline, both in their order.

    `left` are the entries with the number of findings that they wait for in vain.
    """

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    left: tuple[BaselineEntry, ...]


def compare(findings: Sequence[Finding], baseline: Baseline) -> Compared:
    """Hold findings against a baseline. Of more equal findings than it has, those elsewhere are new.

    An entry is for findings in its file. One whose file is gone is for equal findings in any other: it was renamed.
    """
    remaining = {entry.key: entry.count for entry in baseline.entries}
    gone = _Gone(baseline.file)
    alike: dict[str, list[BaselineEntry]] = {}
    for entry in baseline.entries:
        alike.setdefault(entry.fingerprint, []).append(entry)
    known: set[Finding] = set()
    ordered = [finding for finding in findings if finding.name not in ALWAYS_TOLD and finding.fingerprint in alike]
    # The same field of the same file first, then another one of the file (items have moved), then a file that is gone.
    for rank in range(3):
        for finding in ordered:
            if finding in known:
                continue
            file = name_in(baseline.file, finding.location.file if finding.location else "")
            for entry in alike[finding.fingerprint]:
                ranks = (
                    entry.file == file and entry.path == finding.field,
                    entry.file == file,
                    gone.is_gone(entry.file),
                )
                if ranks[rank] and remaining[entry.key]:
                    remaining[entry.key] -= 1
                    known.add(finding)
                    break
    left = tuple(replace(entry, count=count) for entry in baseline.entries if (count := remaining[entry.key]))
    return Compared(
        tuple(finding for finding in findings if finding not in known),
        tuple(finding for finding in findings if finding in known),
        left,
    )


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
            key=("baseline", *entry.key),
        )


def entries_of(findings: Iterable[Finding], baseline: str) -> tuple[BaselineEntry, ...]:
    """A baseline's entries for findings; without those that nobody can accept."""
    found: dict[tuple[str, str, str], BaselineEntry] = {}
    for finding in findings:
        if finding.name in ALWAYS_TOLD:
            continue
        file = name_in(baseline, finding.location.file if finding.location else "")
        resource = str(finding.resource) if finding.resource else ""
        entry = BaselineEntry(finding.fingerprint, finding.code, resource, file, finding.field)
        known = found.get(entry.key)
        found[entry.key] = replace(known, count=known.count + 1) if known else entry
    return tuple(found.values())


def without(baseline: Baseline, entries: Iterable[BaselineEntry]) -> Baseline:
    """The baseline with each of the entries fewer by its count."""
    fewer = {entry.key: entry.count for entry in entries}
    left = (replace(entry, count=entry.count - fewer.get(entry.key, 0)) for entry in baseline.entries)
    return structs.replace(baseline, entries=tuple(entry for entry in left if entry.count > 0))


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
