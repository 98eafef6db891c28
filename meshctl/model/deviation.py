"""A resource that is unlike that of other clusters which should be equal."""

from enum import StrEnum

from msgspec import Struct

from meshctl.model.ids import ResourceId
from meshctl.model.paths import Path


class Unlike(StrEnum):
    """In which way a cluster is not like the others.

    The resource says something else there; in every cluster it says something else; only it lacks the resource; only it
    has the resource.
    """

    DIFFERS = "differs"
    VARIES = "varies"
    MISSING = "missing"
    EXTRA = "extra"


class Field(Struct, frozen=True):
    """A field that differs: what it is in one cluster and in the others; None where it is not there."""

    path: Path
    here: str | None
    usual: str | None


class Deviation(Struct, frozen=True):
    """A resource of one cluster, whose name is in its identity, that is unlike those of the clusters of its group.

    `group` says which labels these share. Of its `clusters`, as many as `alike` have what is usual; `others` are the
    names of the first of them. With VARIES, `alike` counts the different versions. `more` fields differ than are told.
    """

    unlike: Unlike
    resource: ResourceId
    group: str
    clusters: int
    alike: int
    others: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    more: int = 0
