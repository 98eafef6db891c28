"""Findings that were there when a project began to look: the baseline."""

from dataclasses import dataclass, field

from meshctl.model.location import Location


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """Equal findings of one file. `file` is as seen from the folder of the baseline; empty for live objects.

    What counts is the fingerprint, the file and how many there are; the rest is for those who read the baseline.
    """

    fingerprint: str
    code: str
    resource: str
    file: str
    path: str
    count: int = 1
    place: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a baseline file, sorted; `file` is its name."""

    file: str
    entries: tuple[BaselineEntry, ...] = ()
