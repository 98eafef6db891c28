"""Findings that were there when a project began to look: the baseline."""

from dataclasses import dataclass, field

from msgspec import Struct

from meshctl.model.location import Location


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """Equal findings at one field. `file` is as seen from the folder of the baseline; empty for live objects.

    `path` may have moved with the items of lists; `code` and `resource` are for those who read the baseline.
    """

    fingerprint: str
    code: str
    resource: str
    file: str
    path: str
    count: int = 1
    place: Location | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from other entries."""
        return self.fingerprint, self.file, self.path


class Baseline(Struct, frozen=True):
    """The entries of a baseline file, sorted; `file` is its name."""

    file: str
    entries: tuple[BaselineEntry, ...] = ()
