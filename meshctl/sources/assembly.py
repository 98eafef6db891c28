"""Documents to resources: identity, scope, one resource an identity, and what is wrong with the rest."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.model.resource import Resource
from meshctl.model.result import Unread
from meshctl.sources.documents import Document, Repeated
from meshctl.sources.lists import objects
from meshctl.sources.positions import FileOrigin, SourceText
from meshctl.sources.scalars import NotJson, key_text
from meshctl.sources.scope import CLUSTER_SCOPED, scope_of_definition
from meshctl.sources.snapshot import InputProblem, ProblemKind

_DEFINITION = KindKey("apiextensions.k8s.io", "CustomResourceDefinition")
Trace = Callable[[FileOrigin, dict[str, Any]], FileOrigin]
_NAME = ("metadata", "name")
_KUSTOMIZE = "kustomize.config.k8s.io/"


class Given(NamedTuple):
    """What is known of a file whatever is in it.

    `trace` knows better than the file where its objects were written. `collected` says that a tool read its objects
    from a running cluster: some may be there twice, and what is no resource is something else that it noted.
    """

    trace: Trace | None = None
    cluster: str = ""
    collected: bool = False


_PLAIN = Given()


class _Found(NamedTuple):
    kind: KindKey
    name: str
    namespace: str
    version: str
    data: Mapping[str, Any]
    origin: FileOrigin
    repeated: tuple[Repeated, ...]
    given: Given


class Assembly:
    """Collects the documents of all files; `finish` makes the resources once every definition of a kind is known."""

    def __init__(self, default_namespace: str) -> None:
        self._namespace = default_namespace
        self._cluster_scoped = set(CLUSTER_SCOPED)
        self._kinds: dict[tuple[str, str], tuple[KindKey, str]] = {}
        self._found: list[_Found] = []
        self.problems: list[InputProblem] = []
        self.unread: list[Unread] = []

    def add(self, source: SourceText, documents: list[Document], given: Given = _PLAIN) -> bool:
        """Take the documents of one file. True if there was a resource among them."""
        before = len(self._found)
        for document in documents:
            if document.error:
                message, line, column = document.error
                self.refuse("not-parsed", f"{message}.", Location(source.name, line, column, line, column + 1))
                continue
            for value, path in objects(document.value, document.path):
                self._take(source, document, value, path, given)
        return len(self._found) > before

    def refuse(self, kind: ProblemKind, message: str, place: Location, what: str = "") -> None:
        """Note an input that was not read, as a problem and for the exit code."""
        self.problems.append(InputProblem(kind, message, place))
        self.unread.append(Unread(what or f"{place.file}:{place.start_line}", message.rstrip(".")))

    def finish(self) -> tuple[Resource, ...]:
        """The resources in the order of the documents; of one identity the last stays.

        What was given as a file goes before what was collected from a cluster, the newer before the older of two that
        were read from there.
        """
        resources: dict[ResourceId, Resource] = {}
        first: dict[ResourceId, Resource] = {}
        collected: set[ResourceId] = set()
        for found in self._found:
            kind_key, name, namespace, version, data, origin, repeated, given = found
            if kind_key in self._cluster_scoped:
                namespace = ""
            resource_id = ResourceId(given.cluster, kind_key.group, kind_key.kind, namespace, name)
            resource = Resource(resource_id, version, data, origin)
            if (known := resources.get(resource_id)) is not None:
                was_collected = resource_id in collected
                if given.collected and not was_collected:
                    continue
                if (given.collected and was_collected) or _is_same_object(known, resource):
                    if _is_newer(known, resource):
                        continue
                elif not was_collected:
                    self._defined_twice(first.setdefault(resource_id, known), resource)
                del resources[resource_id]
                collected.discard(resource_id)
            if given.collected:
                collected.add(resource_id)
            resources[resource_id] = resource
            for key in repeated:
                self._repeated(key, resource, origin)
        self._found.clear()
        return tuple(resources.values())

    def _take(self, source: SourceText, document: Document, data: Any, path: Path, given: Given) -> None:
        origin = FileOrigin(source, document.start, document.end, document.line, document.root, path)
        if not isinstance(data, dict):
            self._not_a_resource(origin, given, "This is not a mapping with apiVersion, kind and metadata")
            return
        version, kind = data.get("apiVersion"), data.get("kind")
        if not (isinstance(version, str) and version and isinstance(kind, str) and kind):
            lacking = [name for name in ("apiVersion", "kind") if not data.get(name)]
            text = f"There is no {' and no '.join(lacking)}" if lacking else "apiVersion and kind must be texts"
            self._not_a_resource(origin, given, f"{text}, so this is not a resource")
            return
        if version.startswith(_KUSTOMIZE):
            return
        metadata = data.get("metadata")
        if not isinstance(metadata, dict) or not (name := _text(metadata.get("name") or metadata.get("generateName"))):
            self._not_a_resource(origin, given, f"The {kind} has no metadata.name")
            return
        namespace = _text(metadata.get("namespace")) or self._namespace
        metadata.pop("managedFields", None)
        kind_key, short_version = self._kinds.get((version, kind)) or self._kind(version, kind)
        if kind_key == _DEFINITION and (defined := scope_of_definition(data)):
            self._cluster_scoped.add(defined)
        if given.trace is not None:
            origin = given.trace(origin, data)
        repeated = document.repeated
        if repeated and path:
            repeated = tuple(key for key in repeated if key.path[: len(path)] == path)
        self._found.append(_Found(kind_key, name, namespace, short_version, data, origin, repeated, given))

    def _kind(self, version: str, kind: str) -> tuple[KindKey, str]:
        group, _, short = version.rpartition("/")
        return self._kinds.setdefault((version, kind), (KindKey(group, kind), short))

    def _not_a_resource(self, origin: FileOrigin, given: Given, message: str) -> None:
        place = None if given.collected else origin.locate(())
        if place:
            self.refuse("not-a-resource", f"{message}.", place)

    def _defined_twice(self, first: Resource, later: Resource) -> None:
        there, here = first.locate(_NAME), later.locate(_NAME)
        if there and here:
            message = f"{later.id} is already defined at {there.file}:{there.start_line}; this later one is used."
            self.problems.append(InputProblem("defined-twice", message, here, later.id, _NAME))

    def _repeated(self, key: Repeated, resource: Resource, origin: FileOrigin) -> None:
        region = key.region
        path = key.path[len(origin.prefix) :]
        name = f"`{path[-1]}`" if path else "A key"
        message = f"{name} is already set on line {key.first_line}; only this later value counts."
        place = Location(
            origin.source.name,
            region.start_line,
            region.start_column,
            region.end_line,
            region.end_column,
            origin.source_line(region.start_line),
        )
        self.problems.append(InputProblem("duplicate-key", message, place, resource.id, key.path[len(origin.prefix) :]))


def _text(value: Any) -> str:
    """A name or namespace as text: numbers are what the user meant, collections are nothing."""
    if value.__class__ is str:
        return value
    try:
        return "" if value is None else key_text(value)
    except NotJson:
        return ""


def _is_same_object(one: Resource, other: Resource) -> bool:
    """Whether both were read from the API server, where an object has one uid: lists of kubectl overlap."""
    uid = _metadata(one, "uid")
    return isinstance(uid, str) and bool(uid) and uid == _metadata(other, "uid")


def _is_newer(one: Resource, other: Resource) -> bool:
    """Whether the first was read after the other, as far as their versions tell."""
    versions = [_metadata(resource, "resourceVersion") for resource in (one, other)]
    if not all(isinstance(version, str) and version.isascii() and version.isdigit() for version in versions):
        return False
    return (len(versions[0]), versions[0]) > (len(versions[1]), versions[1])


def _metadata(resource: Resource, field: str) -> Any:
    return resource.data["metadata"].get(field)
