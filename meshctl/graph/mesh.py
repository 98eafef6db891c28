"""The mesh: views by kind, indexes built once, and what counts as proof of absence."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any, Generic, TypeVar

from msgspec import Struct

from meshctl.graph.settings import Settings
from meshctl.graph.view import View
from meshctl.model.facts import Facts
from meshctl.model.ids import KindKey
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Coverage, InputProblem, ProblemKind, Snapshot

V = TypeVar("V", bound=View)
T = TypeVar("T")

NAMESPACE = KindKey("", "Namespace")


class UndeclaredKind(Exception):
    """A check read a kind that its declaration does not name."""


class Missing(Struct, frozen=True):
    """Something referred to that was not found: a host, a subset, a gateway.

    `kinds` are the kinds any of which could have provided it; `namespace` is where, empty for anywhere.
    `elsewhere` says that these kinds are often kept apart from the rest of their namespace, as Secrets are: then only
    another object of these kinds proves that the input owns the place.
    """

    what: str
    name: str
    kinds: tuple[KindKey, ...]
    namespace: str = ""
    elsewhere: bool = False

    def __str__(self) -> str:
        return f"{self.what} {self.name}"


class MeshGraph:
    """All resources of a run, by kind, with the indexes over them. Checks get one cluster at a time: see `clusters.py`.

    A `scoped` graph shares everything with this one, but raises UndeclaredKind for a kind outside its scope.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        settings: Settings | None = None,
        facts: Facts | None = None,
        *,
        cluster: str | None = None,
    ) -> None:
        """`cluster` says of which cluster it is where it holds resources of others too."""
        self.snapshot = snapshot
        self.settings = settings or Settings()
        self.facts = facts or Facts()
        self.clusters = (cluster,) if cluster is not None else _clusters(snapshot)
        self.root: MeshGraph = self
        self._scope: frozenset[KindKey] | None = None
        self.touched: set[KindKey] = set()
        self._built: dict[Any, Any] = {}
        by_kind: dict[KindKey, list[Resource]] = defaultdict(list)
        for resource in snapshot.resources:
            by_kind[KindKey(resource.id.group, resource.id.kind)].append(resource)
        self._by_kind = dict(by_kind)

    def scoped(self, kinds: Iterable[KindKey]) -> "MeshGraph":
        """This graph, for a reader that declared these kinds and no others."""
        view = object.__new__(MeshGraph)
        view.__dict__.update(self.root.__dict__)
        view._scope = frozenset(kinds)
        view.touched = set()
        return view

    def admit(self, kinds: Iterable[KindKey]) -> None:
        """Note that these kinds are read; raise UndeclaredKind unless all of them are within the scope."""
        self.touched.update(kinds)
        if self._scope is not None and not self._scope.issuperset(kinds):
            undeclared = ", ".join(sorted(k.kind for k in set(kinds) - self._scope))
            raise UndeclaredKind(f"reads {undeclared} without declaring it")

    def all(self, kind: type[V]) -> tuple[V, ...]:
        """Every resource of a kind (of all its KINDS), in document order."""
        self.admit(kind.KINDS)
        found: tuple[V, ...] | None = self._built.get(kind)
        if found is None:
            found = tuple(kind(r) for key in kind.KINDS for r in self._by_kind.get(key, ()))
            self._built[kind] = found
        return found

    def get(self, kind: type[V], namespace: str, name: str) -> V | None:
        """The resource of that name, of any cluster; None if it was not read."""
        self.admit(kind.KINDS)
        names: dict[tuple[str, str], V] | None = self._built.get((kind, "names"))
        if names is None:
            names = {(view.namespace, view.name): view for view in reversed(self.all(kind))}
            self._built[kind, "names"] = names
        return names.get((namespace, name))

    @property
    def coverage(self) -> Coverage:
        """How much was read of the cluster that this graph is of; nothing is sure where it is of several."""
        return self.snapshot.coverage.get(self.clusters[0], Coverage()) if len(self.clusters) == 1 else Coverage()

    def problems(self, kind: ProblemKind) -> tuple[InputProblem, ...]:
        """What was wrong with the input itself."""
        return tuple(p for p in self.snapshot.problems if p.kind == kind)

    def absence_is_proven(self, missing: Missing) -> bool:
        """Whether "does not exist" may be said of it.

        Proof is a kind that was read whole, or an input that owns the place: it holds the Namespace, or another object
        of that kind there.
        """
        if self.coverage.has_all(missing.kinds, missing.namespace):
            return True
        if not missing.namespace or not self.coverage.inferred or self.coverage.beyond.intersection(missing.kinds):
            return False
        owned = self._owned_places()
        proofs = missing.kinds if missing.elsewhere else (NAMESPACE, *missing.kinds)
        return any((kind, missing.namespace) in owned for kind in proofs)

    def assumed_present(self, missing: Missing) -> bool:
        """Whether the configuration says that it exists outside the input."""
        return any(
            assumed.kind.lower() in {missing.what.lower(), *(k.kind.lower() for k in missing.kinds)}
            and fnmatchcase(missing.name.rpartition("/")[2], assumed.name)
            and fnmatchcase(missing.namespace, assumed.namespace)
            for assumed in self.settings.assume_present
        )

    def _owned_places(self) -> set[tuple[KindKey, str]]:
        places: set[tuple[KindKey, str]] | None = self._built.get("places")
        if places is None:
            places = {(key, r.id.namespace) for key, found in self._by_kind.items() for r in found}
            places |= {(NAMESPACE, r.id.name) for r in self._by_kind.get(NAMESPACE, ())}
            self._built["places"] = places
        return places


def _clusters(snapshot: Snapshot) -> tuple[str, ...]:
    """Names of the clusters in order; files are of one without a name."""
    return tuple(sorted({*snapshot.coverage, *(r.id.cluster for r in snapshot.resources)})) or ("",)


class Index(Generic[T]):
    """Something derived from the whole mesh: built on first use, once a run, and shared by all checks."""

    def __init__(self, reads: tuple[type[View], ...], build: Callable[[MeshGraph], T]) -> None:
        self.reads = tuple(key for kind in reads for key in kind.KINDS)
        self.build = build
        self.__doc__ = build.__doc__
        self.__name__ = build.__name__

    def __call__(self, mesh: MeshGraph) -> T:
        """The index over this mesh; raises UndeclaredKind where the caller may not read what it is made from."""
        mesh.admit(self.reads)
        built: dict[Any, Any] = mesh.root._built
        if self not in built:
            built[self] = self.build(mesh.root)
        value: T = built[self]
        return value


def index(*reads: type[View]) -> Callable[[Callable[[MeshGraph], T]], Index[T]]:
    """Turn a function of the mesh into an Index over the kinds it reads."""

    def wrap(build: Callable[[MeshGraph], T]) -> Index[T]:
        return Index(reads, build)

    return wrap
