"""Which AuthorizationPolicies nobody enforces."""

from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.ambient import in_ambient, is_redirected
from meshctl.graph.deployedgateways import deployed_gateways, is_waypoint
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.policy import AuthorizationPolicy
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.missingproxies import told_to_have_proxy
from meshctl.graph.proxied import gets_proxy
from meshctl.graph.workloads import machines, pods_are_known, workloads


class Unenforced(Struct, frozen=True):
    """A policy that no workload of the mesh obeys.

    `place` is the namespace that it is for, empty for all; `outside` are the workloads that it selects all the same,
    `later` those of them that get a proxy, or are to be redirected, when their pods are made.
    """

    policy: AuthorizationPolicy
    place: str
    outside: tuple[Workload, ...]
    later: tuple[Workload, ...]


@index(AuthorizationPolicy, Workload, Machine, KubernetesGateway, Namespace, ConfigMap, MutatingWebhookConfiguration)
def unenforced_policies(mesh: MeshGraph) -> tuple[Unenforced, ...]:
    """Policies for workloads of which none has a proxy or is in ambient mode.

    Left out are those attached by `targetRefs`, those for the whole mesh, and, where not all pods were read, those that
    select a workload that gets a proxy or may get one.
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
            later = tuple(w for w in those if in_ambient(mesh, w) or gets_proxy(mesh, w) is not False)
            if not later or pods_are_known(mesh, place):
                found.append(Unenforced(policy, place, those, later))
    return tuple(found)


def _all_outside(mesh: MeshGraph, selector: Mapping[str, str], place: str) -> tuple[Workload, ...] | None:
    """The selected workloads if no pod among them is in the mesh; None where one is, or is told to be."""
    if machines(mesh).selected_by(selector, place):
        return None
    # A waypoint obeys no policy for a whole namespace; one that selects it by labels has a finding of its own.
    if any(selector or not is_waypoint(g) for g in deployed_gateways(mesh).selected_by(selector, place)):
        return None
    selected = tuple(w for w in workloads(mesh).selected_by(selector, place) if selector or not is_waypoint(w))
    return None if any(w.is_pod and _is_in_mesh(mesh, w) for w in selected) else selected


def _is_in_mesh(mesh: MeshGraph, pod: Workload) -> bool:
    return is_redirected(pod) or bool(pod.proxy and pod.proxy.image) or told_to_have_proxy(mesh, pod)
