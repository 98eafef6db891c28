"""Which PeerAuthentications stand in for each other: of several for one workload the oldest counts."""

from collections import defaultdict
from collections.abc import Mapping

from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.rivals import Rivals
from meshctl.graph.workloads import workloads

Place = tuple[str, str, frozenset[tuple[str, str]]]
"""Cluster, namespace and selector."""


@index(PeerAuthentication)
def peerauthentications_by_place(mesh: MeshGraph) -> Mapping[Place, tuple[PeerAuthentication, ...]]:
    """Whom they are for -> PeerAuthentications in order of their names; an empty selector is the whole namespace."""
    found: dict[Place, list[PeerAuthentication]] = defaultdict(list)
    for policy in sorted(mesh.all(PeerAuthentication), key=lambda p: p.id):
        found[policy.cluster, policy.namespace, frozenset(policy.selector.items())].append(policy)
    return {place: tuple(policies) for place, policies in found.items()}


@index(PeerAuthentication, Workload)
def peerauthentication_rivals(mesh: MeshGraph) -> Rivals[Place, Workload]:
    """Selectors of PeerAuthentications by the workloads that they share."""
    return Rivals(
        {
            (cluster, namespace, selector): [
                w for w in workloads(mesh).selected_by(dict(selector), namespace) if w.cluster == cluster
            ]
            for cluster, namespace, selector in peerauthentications_by_place(mesh)
            if selector
        }
    )
