"""What was read: the resources, and what could not be read."""

from dataclasses import dataclass, field
from typing import Literal

from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.model.resource import Resource
from meshctl.model.result import Unread

ProblemKind = Literal["not-parsed", "not-a-resource", "no-resource", "duplicate-key", "defined-twice"]


@dataclass(frozen=True, slots=True)
class InputProblem:
    """Something wrong with the input itself. `message` is a whole sentence, without the place.

    `resource` and `path` say which field it is about, where it is one of a resource.
    """

    kind: ProblemKind
    message: str
    location: Location
    resource: ResourceId | None = None
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Resources in document order (files sorted by name), each identity once: of two documents the later one wins.

    `whole` names the kinds of which everything was read, so that absence is proof: None means every kind.
    A file run has none, unless the user says that the input is complete.
    """

    resources: tuple[Resource, ...] = ()
    problems: tuple[InputProblem, ...] = ()
    inputs: tuple[str, ...] = ()
    files: int = 0
    unread: tuple[Unread, ...] = ()
    whole: frozenset[KindKey] | None = field(default_factory=frozenset)
