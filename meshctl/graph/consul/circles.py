"""Chains that lead back to where they have been."""

from collections.abc import Iterator

from meshctl.graph.consul.chain import Chains, Hop, Stage, chains
from meshctl.graph.consul.installation import SEEN
from meshctl.graph.mesh import MeshGraph, index


@index(*SEEN)
def circles(mesh: MeshGraph) -> tuple[tuple[Hop, ...], ...]:
    """The steps within each set of stages that lead to each other, without end; sorted by the service of the first."""
    known = chains(mesh)
    starts = [
        *(Stage("splits", service) for service in known.splitters),
        *(Stage("instances", service) for service in known.resolvers),
    ]
    found = (tuple(_within(known, members)) for members in _components(known, starts))
    return tuple(sorted((hops for hops in found if hops), key=lambda hops: hops[0].source.id))


def _within(known: Chains, members: list[Stage]) -> Iterator[Hop]:
    inside = set(members)
    hops = (hop for stage in members for hop in _ahead(known, stage) if hop.to in inside)
    yield from sorted(hops, key=lambda hop: (hop.source.id, str(hop.path)))


def _ahead(known: Chains, stage: Stage) -> list[Hop]:
    """The steps that are always made: a failover is not made from the place that is failed over to."""
    return [hop for hop in known.hops(stage) if hop.step != "failover"]


def _components(known: Chains, starts: list[Stage]) -> Iterator[list[Stage]]:
    """Tarjan's strongly connected components, without recursion."""
    order: dict[Stage, int] = {}
    low: dict[Stage, int] = {}
    open_stages: list[Stage] = []
    place: dict[Stage, int] = {}
    is_open: set[Stage] = set()
    for start in starts:
        if start in order:
            continue
        work: list[tuple[Stage, Iterator[Hop]]] = []
        ahead: Stage | None = start
        while work or ahead is not None:
            if ahead is not None:
                order[ahead] = low[ahead] = len(order)
                place[ahead] = len(open_stages)
                open_stages.append(ahead)
                is_open.add(ahead)
                work.append((ahead, iter(_ahead(known, ahead))))
            stage, hops = work[-1]
            ahead = None
            for hop in hops:
                if hop.to not in order:
                    ahead = hop.to
                    break
                if hop.to in is_open:
                    low[stage] = min(low[stage], order[hop.to])
            if ahead is not None:
                continue
            work.pop()
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[stage])
            if low[stage] == order[stage]:
                members = open_stages[place[stage] :]
                del open_stages[place[stage] :]
                is_open.difference_update(members)
                yield members
