"""Policies without targets whose workloads have no proxy that would read them."""

from collections.abc import Iterator
from typing import TypeVar

from meshctl.graph.authorization.selected import SELECTION_READS, selections
from meshctl.graph.deployedgateways import deployed_gateways, is_waypoint
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.policy import Policy
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.meshconfig import mesh_config

P = TypeVar("P", bound=Policy)

SELECTOR_READS = (*SELECTION_READS, KubernetesGateway)
"""The kinds that `read_by_nobody` reads beside that of the policies."""

_READ_NO_SELECTORS = frozenset({"ztunnel", "waypoint", "nobody"})


def read_by_nobody(mesh: MeshGraph, kind: type[P]) -> Iterator[P]:
    """Policies of a kind that ztunnel does not know, for workloads in ambient mode alone, without targets.

    Waypoints do not look at selectors, not even at an empty one. One that selects a waypoint by labels is left out.
    """
    for policy in mesh.all(kind):
        selected = selections(mesh).of(policy)
        if selected is None or selected.others or "ztunnel" not in selected.enforcers:
            continue
        if policy.selector and "waypoint" in selected.enforcers:
            continue
        place = "" if policy.namespace == mesh_config(mesh).root_namespace else policy.namespace
        gateways = deployed_gateways(mesh).selected_by(policy.selector, place)
        if selected.enforcers <= _READ_NO_SELECTORS and all(is_waypoint(gateway) for gateway in gateways):
            yield policy
