"""Drift of live clusters: each compared by itself, and only what two samples have in common is drift."""

from collections.abc import Iterable
from typing import Any

from msgspec import structs

from meshctl.graph.clusters import meshes
from meshctl.graph.mesh import MeshGraph
from meshctl.model.difference import Difference, Sort
from meshctl.proxy.drift.collect import mark
from meshctl.proxy.drift.drift import Outcome, drift
from meshctl.proxy.gather import Gathered
from meshctl.proxy.reached import Wanted

PAUSE = 2.0
"""Seconds between two samples: what istiod sends is taken within a fraction of that, unless it has much to do."""

# Of these a proxy is compared with others, so that a second sample needs all of them.
_OF_SEVERAL = (Sort.SIBLING, Sort.TRUST)


def compare_clusters(mesh: MeshGraph, gathered: Gathered) -> Outcome:
    """The proxies of each cluster against its own resources."""
    found = [
        drift(
            each,
            structs.replace(
                gathered,
                proxies=tuple(p for p in gathered.proxies if p.cluster == each.clusters[0]),
                control_planes=tuple(c for c in gathered.control_planes if c.cluster == each.clusters[0]),
            ),
        )
        for each in meshes(mesh)
    ]
    return Outcome(
        differences=tuple(difference for each in found for difference in each.differences),
        unread=tuple(dict.fromkeys(unread for each in found for unread in each.unread)),
        checked=sum(each.checked for each in found),
        without=tuple(sorted(name for each in found for name in each.without)),
        refused=tuple(state for each in found for state in each.refused),
    )


def to_confirm(first: Outcome, wanted: Wanted) -> Wanted:
    """The proxies that a second sample is needed of."""
    if any(difference.sort in _OF_SEVERAL for difference in first.differences):
        return wanted
    return structs.replace(
        wanted, pods=sorted({name for difference in first.differences for name in difference.proxies})
    )


def confirmed(first: Outcome, second: Outcome) -> Outcome:
    """What differs in both samples, on the proxies on which it does.

    Where the resource was changed in between, the proxy may still be on its way.
    """
    before = {_mark(difference): set(difference.proxies) for difference in first.differences}
    refused = {(state.cluster, state.namespace, state.name) for state in first.refused}
    return structs.replace(
        first,
        differences=tuple(_still(second.differences, before)),
        refused=tuple(s for s in second.refused if (s.cluster, s.namespace, s.name) in refused),
        unread=tuple(dict.fromkeys((*first.unread, *second.unread))),
    )


def _still(differences: Iterable[Difference], before: dict[Any, set[str]]) -> Iterable[Difference]:
    for difference in differences:
        proxies = before.get(_mark(difference), set()).intersection(difference.proxies)
        if proxies:
            yield structs.replace(difference, proxies=tuple(sorted(proxies)))


def _mark(difference: Difference) -> Any:
    return mark(difference), repr(difference.desired)
