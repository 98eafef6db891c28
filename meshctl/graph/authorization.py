"""Which AuthorizationPolicies nobody enforces."""

from collections.abc import Mapping
from dataclasses import dataclass

from meshctl.graph.ambient import in_ambient
from meshctl.graph.deployedgateways import deployed_gateways, is_waypoint
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.proxied import gets_proxy
from meshctl.graph.workloads import machines, workloads


@dataclass(frozen=True, slots=True)
class Unenforced:
    """A policy that no workload of the mesh obeys.

    `place` is the namespace that it is for, empty for all; `outside` are the workloads that it selects all the same.
    """

    policy: AuthorizationPolicy
    place: str
    outside: tuple[Workload, ...]


@index(AuthorizationPolicy, Workload, Machine, KubernetesGateway, Namespace, ConfigMap, MutatingWebhookConfiguration)
def unenforced_policies(mesh: MeshGraph) -> tuple[Unenforced, ...]:
    """Policies for workloads of which none has a proxy or is in ambient mode.

    Left out are those attached by `targetRefs`, those for the whole mesh, and those that select a workload of which
    it is not known whether it gets a proxy.
    """
    root = mesh_config(mesh).root_namespace
    found = []
    # Many policies are for the same workloads: those are looked at once.
    outside: dict[tuple[str, frozenset[tuple[str, str]]], tuple[Workload, ...] | None] = {}
    for policy in mesh.all(AuthorizationPolicy):
        place = "" if policy.namespace == root else policy.namespace
        if policy.targets or not (place or policy.selector):
            continue
        asked = (place, frozenset(policy.selector.items()))
        if asked not in outside:
            outside[asked] = _all_outside(mesh, policy.selector, place)
        those = outside[asked]
        if those is not None:
            found.append(Unenforced(policy, place, those))
    return tuple(found)


def _all_outside(mesh: MeshGraph, selector: Mapping[str, str], place: str) -> tuple[Workload, ...] | None:
    """The selected workloads if none of them is in the mesh, or may be; None where one is."""
    if machines(mesh).selected_by(selector, place):
        return None
    # A waypoint obeys no policy for a whole namespace; one that selects it by labels has a finding of its own.
    if any(selector or not is_waypoint(g) for g in deployed_gateways(mesh).selected_by(selector, place)):
        return None
    selected = tuple(w for w in workloads(mesh).selected_by(selector, place) if selector or not is_waypoint(w))
    if any(in_ambient(mesh, w) or gets_proxy(mesh, w) is not False for w in selected):
        return None
    return selected
