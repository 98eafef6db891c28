"""The discovery chain of each service: the stages that a request for it goes through, and what decides each step."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from meshctl.graph.consul.installation import SEEN
from meshctl.graph.consul.names import Catalog, ServiceKey, catalog
from meshctl.graph.kinds.consul import (
    Reference,
    ServiceResolver,
    ServiceRouter,
    ServiceSplitter,
)
from meshctl.graph.kinds.consulentry import ConsulEntry
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path

FOR_ALL = "*"

Step = Literal["route", "default route", "split", "redirect", "default subset", "failover"]


class Stage(NamedTuple):
    """A stage: the routes of a service, its splits, or the instances of it or of one of its subsets."""

    kind: Literal["routes", "splits", "instances"]
    service: ServiceKey
    subset: str = ""


class Hop(NamedTuple):
    """A step from one stage to another: the field at `path` of `source` decides it. `weight` is that of a split."""

    step: Step
    source: ConsulEntry
    path: Path
    to: Stage
    weight: object = None


class Chains:
    """The chains of all services. They share their stages, each of which is made once."""

    def __init__(self, mesh: MeshGraph, names: Catalog) -> None:
        self._names = names
        self.routers = {names.own(entry): entry for entry in reversed(mesh.all(ServiceRouter))}
        self.splitters = {names.own(entry): entry for entry in reversed(mesh.all(ServiceSplitter))}
        self.resolvers = {names.own(entry): entry for entry in reversed(mesh.all(ServiceResolver))}
        self._hops: dict[Stage, tuple[Hop, ...]] = {}

    def start(self, service: ServiceKey) -> Stage:
        """The first stage for a service; that of one that nobody configures are its instances."""
        return Stage("routes", service) if service in self.routers else self._behind_routes(service)

    def hops(self, stage: Stage) -> tuple[Hop, ...]:
        """The steps from a stage, in the order in which they count; none from instances that answer themselves.

        The last ones of instances may be to where requests go when all of these are down.
        """
        if stage not in self._hops:
            self._hops[stage] = tuple(self._steps(stage))
        return self._hops[stage]

    def stages(self, service: ServiceKey) -> Mapping[Stage, tuple[Hop, ...]]:
        """All stages that a request for a service can get to, the first one first, with the steps from each."""
        found: dict[Stage, tuple[Hop, ...]] = {}
        ahead = [self.start(service)]
        while ahead:
            stage = ahead.pop()
            if stage not in found:
                found[stage] = self.hops(stage)
                ahead += [hop.to for hop in reversed(found[stage])]
        return found

    def _behind_routes(self, service: ServiceKey) -> Stage:
        return Stage("splits", service) if service in self.splitters else Stage("instances", service)

    def _steps(self, stage: Stage) -> Iterator[Hop]:
        if stage.kind == "routes":
            yield from self._of_router(self.routers[stage.service], stage.service)
        elif stage.kind == "splits":
            yield from self._of_splitter(self.splitters[stage.service], stage.service)
        elif resolver := self.resolvers.get(stage.service):
            yield from self._of_resolver(resolver, stage)

    def _of_router(self, router: ServiceRouter, service: ServiceKey) -> Iterator[Hop]:
        for _, _, destination in router.routes:
            if to := self._names.key(router, destination):
                stage = Stage("instances", to, destination.subset) if destination.subset else self._behind_routes(to)
                yield Hop("route", router, destination.path, stage)
        yield Hop("default route", router, ("spec", "routes"), self._behind_routes(service))

    def _of_splitter(self, splitter: ServiceSplitter, service: ServiceKey) -> Iterator[Hop]:
        for weight, split in splitter.splits:
            if to := self._names.key(splitter, split):
                # What is split to the service itself, or to a subset, is not split again.
                again = to != service and not split.subset
                stage = self._behind_routes(to) if again else Stage("instances", to, split.subset)
                yield Hop("split", splitter, split.path, stage, weight)

    def _of_resolver(self, resolver: ServiceResolver, stage: Stage) -> Iterator[Hop]:
        if resolver.redirect:
            to = self._rewritten(resolver, resolver.redirect, stage)
            if to is None or to != stage:
                yield from [Hop("redirect", resolver, resolver.redirect.path, to)] if to else []
                return
        if resolver.default_subset and not stage.subset:
            subset = Stage("instances", stage.service, resolver.default_subset)
            yield Hop("default subset", resolver, ("spec", "defaultSubset"), subset)
            return
        own = [r for subset, r in resolver.failovers if subset == stage.subset]
        for reference in own or [r for subset, r in resolver.failovers if subset == FOR_ALL]:
            to = self._rewritten(resolver, reference, stage)
            if to and to != stage:
                yield Hop("failover", resolver, reference.path, to)

    def _rewritten(self, resolver: ServiceResolver, reference: Reference, stage: Stage) -> Stage | None:
        """Where a reference leads from a stage: to another service it does not take the subset along."""
        to = self._names.key(resolver, reference)
        if to is None:
            return None
        return Stage("instances", to, reference.subset or (stage.subset if to == stage.service else ""))


@index(*SEEN)
def chains(mesh: MeshGraph) -> Chains:
    """The discovery chains of this mesh."""
    return Chains(mesh, catalog(mesh))
