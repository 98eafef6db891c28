"""The services that routers, splitters and resolvers name."""

from collections.abc import Iterator
from typing import NamedTuple

from meshctl.graph.consul.chain import FOR_ALL, chains
from meshctl.graph.consul.installation import SEEN
from meshctl.graph.consul.names import ServiceKey, catalog
from meshctl.graph.kinds.consul import Reference, ServiceResolver, ServiceRouter, ServiceSplitter
from meshctl.graph.kinds.consulentry import ConsulEntry
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.model.paths import Path

CHAINED: tuple[type[ConsulEntry], ...] = (ServiceRouter, ServiceSplitter, ServiceResolver)


class Named(NamedTuple):
    """A service that an entry names, in the mapping at `reference.path`. `own` is the service of the entry.

    `to` is None for one that nothing here can know of; `known` says that something declares it.
    """

    entry: ConsulEntry
    reference: Reference
    own: ServiceKey
    to: ServiceKey | None
    known: bool


class SubsetUse(NamedTuple):
    """A subset that is named at `path` of an entry. `resolver` is that of its service, None where there is none.

    `lacking` is what is missing where the resolver is not there or has no such subset: None as far as it is.
    """

    entry: ConsulEntry
    path: Path
    service: ServiceKey
    subset: str
    resolver: ServiceResolver | None

    @property
    def is_found(self) -> bool:
        """Whether the resolver has it."""
        return self.resolver is not None and self.subset in self.resolver.subsets

    @property
    def lacking(self) -> Missing | None:
        """The absence of the resolver; None where it is there."""
        if self.resolver is not None:
            return None
        return Missing("ServiceResolver", str(self.service), ServiceResolver.KINDS, self.service.namespace)


@index(*SEEN)
def named_services(mesh: MeshGraph) -> tuple[Named, ...]:
    """Every service that a router, splitter or resolver names, in document order of each kind."""
    names = catalog(mesh)
    found = []
    for view in CHAINED:
        for entry in mesh.all(view):
            own = names.own(entry)
            for reference in _references(entry):
                to = names.key(entry, reference)
                found.append(Named(entry, reference, own, to, to is not None and names.knows(to)))
    return tuple(found)


@index(*SEEN)
def subset_uses(mesh: MeshGraph) -> tuple[SubsetUse, ...]:
    """Every use of a subset of a service that is known. A resolver that redirects elsewhere has none to ask for."""
    return tuple(_uses(mesh))


def _references(entry: ConsulEntry) -> Iterator[Reference]:
    if isinstance(entry, ServiceRouter):
        yield from (reference for _, _, reference in entry.routes)
    elif isinstance(entry, ServiceSplitter):
        yield from (reference for _, reference in entry.splits)
    elif isinstance(entry, ServiceResolver):
        if entry.redirect:
            yield entry.redirect
        yield from (reference for _, reference in entry.failovers)


def _uses(mesh: MeshGraph) -> Iterator[SubsetUse]:
    resolvers = chains(mesh).resolvers
    for named in named_services(mesh):
        if named.reference.subset and named.to and named.known:
            resolver = resolvers.get(named.to)
            redirected = resolver is not None and resolver is not named.entry and resolver.redirect is not None
            if not redirected:
                path = (*named.reference.path, "serviceSubset")
                yield SubsetUse(named.entry, path, named.to, named.reference.subset, resolver)
    for own, resolver in resolvers.items():
        if resolver.default_subset:
            yield SubsetUse(resolver, ("spec", "defaultSubset"), own, resolver.default_subset, resolver)
        for subset in dict.fromkeys(subset for subset, _ in resolver.failovers):
            if subset != FOR_ALL:
                yield SubsetUse(resolver, ("spec", "failover", subset), own, subset, resolver)
