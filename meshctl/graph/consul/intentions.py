"""Who may call whom: the most exact intention for a pair of services decides."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from meshctl.graph.consul.installation import SEEN, installation
from meshctl.graph.consul.names import Catalog, ServiceKey, catalog
from meshctl.graph.consul.requests import Request, permits
from meshctl.graph.kinds.consul import EVERY, Intention, Reference, ServiceIntentions
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path

Side = ServiceKey
"""A service, or with the name `*` all services."""


class Verdict(NamedTuple):
    """Whether a service may call another. `allowed` is None where that depends on the request, or is not known.

    `intentions` and `path` are what decides, None and empty for the default, which `known` says is known.
    `tokens` are the JWT providers of one of which the request needs a token.
    """

    allowed: bool | None
    intentions: ServiceIntentions | None
    path: Path
    known: bool = True
    tokens: tuple[str, ...] = ()


class Intentions:
    """All intentions of the mesh, by destination and source."""

    def __init__(self, names: Catalog, every: tuple[ServiceIntentions, ...], denied_by_default: bool | None) -> None:
        self._by_default = None if denied_by_default is None else not denied_by_default
        self._found: dict[tuple[Side, Side], tuple[ServiceIntentions, Intention]] = {}
        self._names = names
        # Of two for one pair, which nothing decides between, the same counts whoever listed them.
        for entry in sorted(every, key=lambda each: each.id):
            if destination := self.side(entry, entry.destination):
                for intention in entry.sources:
                    if source := self.side(entry, intention.source):
                        self._found.setdefault((destination, source), (entry, intention))

    def side(self, entry: ServiceIntentions, reference: Reference) -> Side | None:
        """What an intention names; None for what is of a peer or partition, or in all namespaces."""
        if reference.name == EVERY and not reference.beyond and reference.namespace != EVERY:
            place = self._names.named(entry.namespace, reference.namespace, "any")
            return place._replace(name=EVERY) if place else None
        return self._names.key(entry, reference) if reference.name else None

    def deciding(self, source: ServiceKey, destination: ServiceKey) -> tuple[ServiceIntentions, Intention] | None:
        """The intention that counts for a pair: an exact destination goes before an exact source."""
        for to in (destination, destination._replace(name=EVERY)):
            for origin in (source, source._replace(name=EVERY)):
                if found := self._found.get((to, origin)):
                    return found
        return None

    def allows(self, source: ServiceKey, destination: ServiceKey, request: Request | None = None) -> Verdict:
        """Whether a service may call another, with a request where one is given."""
        found = self.deciding(source, destination)
        if found is None:
            return Verdict(self._by_default, None, (), self._by_default is not None)
        entry, intention = found
        tokens = _tokens(entry.spec)
        if not intention.permissions:
            return Verdict(intention.action == "allow", entry, (*intention.path, "action"), tokens=tokens)
        if request is None:
            actions = {permission.get("action") for _, permission in intention.permissions}
            # What no permission takes is left to the default.
            allowed = False if actions == {"deny"} and self._by_default is False else None
            return Verdict(allowed, entry, (*intention.path, "permissions"), tokens=tokens)
        for path, permission in intention.permissions:
            if permits(permission, request):
                allowed = permission.get("action") == "allow"
                return Verdict(allowed, entry, path, tokens=tokens + _tokens(permission))
        return Verdict(self._by_default, entry, (*intention.path, "permissions"), self._by_default is not None, tokens)


@index(*SEEN)
def intentions(mesh: MeshGraph) -> Intentions:
    """The intentions of this mesh. Without any, ACLs decide: an installation with them denies by default."""
    return Intentions(catalog(mesh), mesh.all(ServiceIntentions), installation(mesh).acls)


@index(*SEEN)
def intentions_by_destination(mesh: MeshGraph) -> Mapping[Side, tuple[ServiceIntentions, ...]]:
    """The ServiceIntentions for each destination, sorted."""
    found: dict[Side, list[ServiceIntentions]] = {}
    for entry in sorted(mesh.all(ServiceIntentions), key=lambda each: each.id):
        if side := intentions(mesh).side(entry, entry.destination):
            found.setdefault(side, []).append(entry)
    return {side: tuple(entries) for side, entries in found.items()}


@index(*SEEN)
def misspelt(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    """Names of source and destination of intentions in which one was probably meant to be another that is known."""
    names = catalog(mesh)
    found: set[tuple[str, str]] = set()
    for entry in mesh.all(ServiceIntentions):
        sides = [entry.destination, *(intention.source for intention in entry.sources)]
        to, *sources = [_meant(names, entry, side) for side in sides]
        found.update(
            (source, to)
            for source, side in zip(sources, sides[1:], strict=True)
            if (source, to) != (side.name, entry.destination.name)
        )
    return frozenset(found)


def _meant(names: Catalog, entry: ServiceIntentions, side: Reference) -> str:
    key = names.key(entry, side) if side.name not in ("", EVERY) else None
    return (names.nearest(key) or side.name) if key and not names.knows(key) else side.name


def _tokens(fields: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(_provider_names(fields.get("jwt")))


def _provider_names(jwt: object) -> Iterator[str]:
    providers = jwt.get("providers") if isinstance(jwt, dict) else None
    for provider in providers if isinstance(providers, list) else ():
        if isinstance(provider, dict) and isinstance(provider.get("name"), str):
            yield provider["name"]
