"""One thing that is wrong, with its place and the next step."""

from msgspec import Struct

from meshctl.model.edit import Edit
from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path, dotted
from meshctl.model.severity import Severity


class Related(Struct, frozen=True):
    """Another place that has a part in a finding: the other side of a conflict, say."""

    message: str
    resource: ResourceId | None = None
    location: Location | None = None


class Finding(Struct, frozen=True):
    """A finding as reported. `resource` is None for findings about an input file itself.

    `fingerprint` is stable under line moves, file renames and changes of the message text; equal ones are counted.
    `edit` is there where the finding can be mended without a doubt.
    """

    code: str
    name: str
    severity: Severity
    message: str
    resource: ResourceId | None = None
    version: str = ""
    path: Path = ()
    location: Location | None = None
    related: tuple[Related, ...] = ()
    fix: str = ""
    fingerprint: str = ""
    help_uri: str = ""
    edit: Edit | None = None

    @property
    def field(self) -> str:
        """The path of the offending field as text."""
        return dotted(self.path)

    def sort_key(self) -> tuple[object, ...]:
        """Order of every report: severity, file, line, code, resource."""
        place = self.location
        return (
            self.severity.rank,
            place.file if place else "",
            (place.start_line, place.start_column) if place else (0, 0),
            self.code,
            self.resource or ResourceId("", "", "", "", ""),
            self.name,
            self.field,
            self.message,
        )
