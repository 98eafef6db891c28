"""What was read: the resources, and how much of each cluster."""

from collections.abc import Collection, Mapping
from typing import Literal

from msgspec import Struct

from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.model.resource import Resource
from meshctl.model.result import Unread
from meshctl.sources.remarks import Remark

ProblemKind = Literal["not-parsed", "not-a-resource", "no-resource", "duplicate-key", "defined-twice"]


class InputProblem(Struct, frozen=True):
    """Something wrong with the input itself. `message` is a whole sentence, without the place.

    `resource` and `path` say which field it is about, where it is one of a resource.
    """

    kind: ProblemKind
    message: str
    location: Location
    resource: ResourceId | None = None
    path: Path = ()


class Coverage(Struct, frozen=True):
    """How much of a cluster was read: what is not in it is only then known to be missing.

    `whole` names the kinds of which everything was read (None: every kind), `within` those of which everything in a
    namespace was. `unread` says of the kinds that could not be read why not. In files, an input that holds a Namespace
    or another object of the kind is taken to hold all of that place: `inferred`. `version` is that of the API server,
    as `v1.30.2`; empty where none was asked. Of the kinds `beyond`, clusters of the mesh that were not read have more.
    """

    whole: frozenset[KindKey] | None = frozenset()
    within: Mapping[str, frozenset[KindKey]] = {}
    unread: Mapping[KindKey, str] = {}
    inferred: bool = True
    version: str = ""
    beyond: frozenset[KindKey] = frozenset()

    def has_all(self, kinds: Collection[KindKey], namespace: str = "") -> bool:
        """Whether everything of these kinds was read, in the namespace or, if that is empty, anywhere."""
        return self.beyond.isdisjoint(kinds) and self.has_read(kinds, namespace)

    def has_read(self, kinds: Collection[KindKey], namespace: str = "") -> bool:
        """Whether everything of these kinds was read in the clusters that were read at all."""
        if self.whole is None or self.whole.issuperset(kinds):
            return True
        here = self.within.get(namespace, frozenset()) if namespace else frozenset()
        return self.whole.union(here).issuperset(kinds)


class Snapshot(Struct, frozen=True):
    """Resources in document order (files sorted by name), each identity once: of two documents the later one wins.

    `coverage` is by cluster; files are of the cluster without a name. `notes` are sentences for people about what was
    left out on purpose, `remarks` the comments that speak to us.
    """

    resources: tuple[Resource, ...] = ()
    problems: tuple[InputProblem, ...] = ()
    inputs: tuple[str, ...] = ()
    files: int = 0
    unread: tuple[Unread, ...] = ()
    coverage: Mapping[str, Coverage] = {}
    notes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
