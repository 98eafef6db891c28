"""The kinds of the Service Mesh Interface: splits, permissions, and the routes that both refer to."""

from collections.abc import Iterator
from typing import NamedTuple

from meshctl.graph.fields import Fields, mapping, numbered, numbered_texts, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

SPLIT, ACCESS, SPECS = "split.smi-spec.io", "access.smi-spec.io", "specs.smi-spec.io"
HTTP_ROUTE_GROUP = KindKey(SPECS, "HTTPRouteGroup")
# TCPRoute is a kind of the Gateway API too: the group tells them apart.
RULES = {kind: KindKey(SPECS, kind) for kind in ("HTTPRouteGroup", "TCPRoute", "UDPRoute")}


class SplitBackend(NamedTuple):
    """A backend of a split: `name` is that of its Service, `weight` as it is written."""

    path: Path
    name: str
    weight: object


class Identity(NamedTuple):
    """Who is called or who calls. `kind` is ServiceAccount where none is written."""

    path: Path
    kind: str
    namespace: str
    name: str


class Rule(NamedTuple):
    """A reference to routes: all of them where `matches`, the names of some with their paths, is empty."""

    path: Path
    kind: str
    name: str
    matches: tuple[tuple[Path, str], ...]


class TrafficSplit(View):
    """A TrafficSplit: how the requests for one Service are spread over others."""

    KINDS = (KindKey(SPLIT, "TrafficSplit"),)

    @lazy
    def root(self) -> str:
        """Name of the Service that clients ask for, which may be written as a host; empty where it is missing."""
        return text(self.spec.get("service")).partition(".")[0]

    @lazy
    def backends(self) -> tuple[SplitBackend, ...]:
        """The Services that the requests go to."""
        return tuple(
            SplitBackend(("spec", "backends", i), text(backend.get("service")).partition(".")[0], backend.get("weight"))
            for i, backend in numbered(self.spec.get("backends"))
        )

    @lazy
    def matches(self) -> tuple[Rule, ...]:
        """The route groups to which the split is limited."""
        return tuple(_rules(("spec", "matches"), self.spec.get("matches")))


class TrafficTarget(View):
    """A TrafficTarget: who may call whom, and how. The oldest version has its fields beside the metadata."""

    KINDS = (KindKey(ACCESS, "TrafficTarget"),)

    @lazy
    def _part(self) -> tuple[Path, Fields]:
        return (("spec",), self.spec) if self.spec else ((), mapping(self.resource.data))

    @lazy
    def destination(self) -> Identity | None:
        """Who is called."""
        path, part = self._part
        written = mapping(part.get("destination"))
        return self._identity((*path, "destination"), written) if written else None

    @lazy
    def sources(self) -> tuple[Identity, ...]:
        """Who may call."""
        path, part = self._part
        return tuple(self._identity((*path, "sources", i), source) for i, source in numbered(part.get("sources")))

    @lazy
    def rules(self) -> tuple[Rule, ...]:
        """What may be called."""
        path, part = self._part
        name = "rules" if "rules" in part else "specs"
        return tuple(_rules((*path, name), part.get(name)))

    def _identity(self, path: Path, written: Fields) -> Identity:
        namespace = text(written.get("namespace")) or self.namespace
        return Identity(path, text(written.get("kind")) or "ServiceAccount", namespace, text(written.get("name")))


class HTTPRouteGroup(View):
    """An HTTPRouteGroup: requests by name. Older versions have its fields beside the metadata."""

    KINDS = (HTTP_ROUTE_GROUP,)

    @lazy
    def matches(self) -> tuple[tuple[Path, Fields], ...]:
        """Each sort of requests with its path."""
        path: Path = ("spec",) if self.spec else ()
        part = self.spec or mapping(self.resource.data)
        return tuple(((*path, "matches", i), match) for i, match in numbered(part.get("matches")))

    @lazy
    def names(self) -> frozenset[str]:
        """The names that others may refer to."""
        return frozenset(text(match.get("name")) for _, match in self.matches)


class SmiRoute(View):
    """Whatever a rule can refer to."""

    KINDS = tuple(RULES.values())


class SmiObject(View):
    """Any resource of the interface."""

    KINDS = (*TrafficSplit.KINDS, *TrafficTarget.KINDS, *SmiRoute.KINDS)


def _rules(path: Path, written: object) -> Iterator[Rule]:
    for i, rule in numbered(written):
        here = (*path, i)
        matches = tuple(((*here, "matches", j), name) for j, name in numbered_texts(rule.get("matches")))
        yield Rule(here, text(rule.get("kind")), text(rule.get("name")), matches)
