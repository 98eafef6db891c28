"""One object of the mesh as it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path


class Origin(Protocol):
    """Where a resource came from; knows the lines of its fields."""

    def locate(self, path: Path, *, key: bool = False) -> Location | None:
        """The region of the value at `path` (of its key with `key=True`).

        Where the path does not exist, the nearest existing parent answers. None for a live object.
        """


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as read: `data` is the whole object and must not be changed by anyone."""

    id: ResourceId
    version: str
    data: Mapping[str, Any] = field(compare=False, repr=False)
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def locate(self, path: Path, *, key: bool = False) -> Location | None:
        """The region of a field of this resource in its file; None for a live object."""
        return self.origin.locate(path, key=key) if self.origin else None
