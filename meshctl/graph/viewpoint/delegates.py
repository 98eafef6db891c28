"""Rules of VirtualServices, those of delegates merged into the ones that name them."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.fields import EMPTY, Fields, mapping, numbered, text, texts
from meshctl.graph.kinds.networking import MESH, VirtualService
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.model.paths import Path

_INHERITED = frozenset(
    {"rewrite", "timeout", "retries", "fault", "corsPolicy", "headers"}
    | {"mirror", "mirrors", "mirrorPercent", "mirrorPercentage"}
)
_TEXTS = ("uri", "scheme", "method", "authority")
_MAPS = ("headers", "withoutHeaders", "queryParams")


class Match(Struct, frozen=True):
    """One match of a rule, with the field that it stands in."""

    source: VirtualService
    path: Path
    fields: Fields


class Rule(Struct, frozen=True):
    """A rule as it counts. `source` and `path` are where it stands, `root` and `root_path` where a delegate was named.

    `inherited` are the fields that it has from there.
    """

    source: VirtualService
    path: Path
    fields: Fields
    name: str
    matches: tuple[Match, ...]
    root: VirtualService
    root_path: Path
    inherited: frozenset[str] = frozenset()

    def place(self, path: Path) -> tuple[VirtualService, Path]:
        """Where a field of this rule is said, given its path in `source`."""
        depth = len(self.path)
        if len(path) > depth and path[depth] in self.inherited:
            return self.root, (*self.root_path, *path[depth:])
        return self.source, path


class NoDelegate(Struct, frozen=True):
    """A rule that Istio drops, for its delegate is not there, or not to be used (`unusable` says why).

    `path` is that of the rule.
    """

    root: VirtualService
    path: Path
    fields: Fields
    missing: Missing
    unusable: str = ""
    delegate: VirtualService | None = None

    @property
    def matches(self) -> tuple[Match, ...]:
        """The matches of the rule that names the delegate."""
        return tuple(_matches(self.root, self.path, self.fields))


def rules(mesh: MeshGraph, root: VirtualService) -> tuple[Rule, ...] | None:
    """The rules of a VirtualService in their order; None where the input does not have all of its delegates."""
    found: list[Rule] = []
    for each in all_rules(mesh, root):
        if isinstance(each, Rule):
            if each.source.namespace != root.namespace and _names_gateways(root.spec["http"][each.root_path[2]]):
                return None
            found.append(each)
        elif each.delegate is None:
            return None
    return tuple(found)


def all_rules(mesh: MeshGraph, root: VirtualService) -> Iterator[Rule | NoDelegate]:
    """The rules of a VirtualService in their order, those of its delegates where these are named."""
    for i, fields in numbered(root.spec.get("http")):
        path: Path = ("spec", "http", i)
        delegate = mapping(fields.get("delegate"))
        if not delegate:
            own = tuple(_matches(root, path, fields))
            yield Rule(root, path, fields, text(fields.get("name")), own, root, path)
            continue
        namespace, name = text(delegate.get("namespace")) or root.namespace, text(delegate.get("name"))
        source = mesh.get(VirtualService, namespace, name)
        lacking = Missing("delegate", f"{namespace}/{name}", VirtualService.KINDS, namespace)
        if source is None:
            yield NoDelegate(root, path, fields, lacking)
        elif source.hosts:
            yield NoDelegate(root, path, fields, lacking, "has hosts, and a delegate has none", source)
        elif not source.is_seen_in(root.namespace):
            yield NoDelegate(root, path, fields, lacking, f"is not exported to {root.namespace}", source)
        else:
            yield from _merged(root, path, fields, source)


def _names_gateways(fields: Fields) -> bool:
    """Whether a match names gateways of its own namespace, which are others for the delegate."""
    names = [name for _, match in numbered(fields.get("match")) for name in texts(match.get("gateways"))]
    return any("/" not in name and name != MESH for name in names)


def _matches(source: VirtualService, path: Path, fields: Fields) -> Iterator[Match]:
    for j, match in numbered(fields.get("match")):
        yield Match(source, (*path, "match", j), match)


def _merged(root: VirtualService, root_path: Path, outer: Fields, source: VirtualService) -> Iterator[Rule]:
    """The rules of a delegate; one that can never match what the root lets through is none."""
    theirs = tuple(_matches(root, root_path, outer))
    for i, fields in numbered(source.spec.get("http")):
        path: Path = ("spec", "http", i)
        own = tuple(_matches(source, path, fields))
        matches = own or theirs
        if own and theirs:
            fitting = [[_both(t, o) for t in theirs if not _conflicts(t.fields, o.fields)] for o in own]
            if not all(fitting):
                continue
            matches = tuple(match for those in fitting for match in those)
        inherited = frozenset(f for f in _INHERITED if fields.get(f) is None and outer.get(f) is not None)
        whole = {**fields, **{f: outer[f] for f in inherited}}
        name = _joined(outer, fields)
        yield Rule(source, path, whole, name, matches, root, root_path, inherited)


def _joined(outer: Fields, inner: Fields) -> str:
    return "-".join(filter(None, (text(outer.get("name")), text(inner.get("name")))))


def _both(outer: Match, inner: Match) -> Match:
    merged = {**outer.fields, **{k: v for k, v in inner.fields.items() if v}}
    for field in (*_MAPS, "sourceLabels"):
        both = {**mapping(outer.fields.get(field)), **mapping(inner.fields.get(field))}
        if both:
            merged[field] = both
    merged["name"] = _joined(outer.fields, inner.fields)
    return Match(inner.source, inner.path, merged)


def _conflicts(outer: Fields, inner: Fields) -> bool:
    pairs = [(mapping(outer.get(f)), mapping(inner.get(f))) for f in _TEXTS]
    for field in _MAPS:
        theirs = mapping(outer.get(field))
        pairs += [(mapping(theirs.get(k, EMPTY)), mapping(v)) for k, v in mapping(inner.get(field)).items()]
    labels = mapping(outer.get("sourceLabels"))
    gateways = texts(outer.get("gateways"))
    return (
        any(_excludes(one, other) for one, other in pairs)
        or (outer.get("ignoreUriCase") is True) != (inner.get("ignoreUriCase") is True)
        or bool(outer.get("port") and inner.get("port") and outer["port"] != inner["port"])
        or bool(outer.get("sourceNamespace") and inner.get("sourceNamespace") != outer["sourceNamespace"])
        or any(k in labels and labels[k] != v for k, v in mapping(inner.get("sourceLabels")).items())
        or bool(gateways and not set(texts(inner.get("gateways"))) <= set(gateways))
    )


def _excludes(outer: Fields, inner: Fields) -> bool:
    """Whether a text that fits the inner pattern need not fit the outer one."""
    if not outer or not inner:
        return False
    if "exact" in outer:
        return bool(outer["exact"] != inner.get("exact"))
    start = outer.get("prefix")
    value = inner.get("prefix") or inner.get("exact")
    return not (isinstance(start, str) and isinstance(value, str) and value.startswith(start))
