"""Which AuthorizationPolicies nobody enforces."""

from collections.abc import Mapping
from typing import NamedTuple

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
from meshctl.graph.workloads import machines, pods_were_read, workloads


class Unenforced(Struct, frozen=True):
    """A policy that no pod of the mesh obeys.

    `place` is the namespace that it is for, empty for all; `outside` are the workloads that it selects all the same,
    `later` those of them, and Gateways, whose pods are in the mesh when they are made; `machines` the virtual ones.
    """

    policy: AuthorizationPolicy
    place: str
    outside: tuple[Workload, ...]
    later: tuple[Workload | KubernetesGateway, ...]
    machines: tuple[Machine, ...]


class _Selected(NamedTuple):
    outside: tuple[Workload, ...]
    gateways: tuple[KubernetesGateway, ...]
    machines: tuple[Machine, ...]


@index(AuthorizationPolicy, Workload, Machine, KubernetesGateway, Namespace, ConfigMap, MutatingWebhookConfiguration)
def unenforced_policies(mesh: MeshGraph) -> tuple[Unenforced, ...]:
    """Policies for workloads of which no pod has a proxy or is in ambient mode.

    Left out are those for the whole mesh, and, where not all pods were read, those attached by `targetRefs`, and those
    that select something that is in the mesh without a pod of the input, or may be.
    """
    root = mesh_config(mesh).root_namespace
    found = []
    # Many policies are for the same workloads: those are looked at once.
    outside: dict[tuple[str, frozenset[tuple[str, str]]], _Selected | None] = {}
    for policy in mesh.all(AuthorizationPolicy):
        place = "" if policy.namespace == root else policy.namespace
        if not place and policy.spec.get("selector") is None:
            continue
        asked = (place, frozenset(policy.selector.items()))
        if asked not in outside:
            outside[asked] = _all_outside(mesh, policy.selector, place)
        if (those := outside[asked]) is None:
            continue
        later: list[Workload | KubernetesGateway] = list(those.gateways)
        later += [w for w in those.outside if in_ambient(mesh, w) or gets_proxy(mesh, w) is not False]
        if not (policy.targets or later or those.machines) or pods_were_read(mesh, place):
            found.append(Unenforced(policy, place, those.outside, tuple(later), those.machines))
    return tuple(found)


def _all_outside(mesh: MeshGraph, selector: Mapping[str, str], place: str) -> _Selected | None:
    """What is selected if no pod among it is in the mesh; None where one is, or is told to be."""
    # A waypoint obeys no policy for a whole namespace; one that selects it by labels has a finding of its own.
    selected = tuple(w for w in workloads(mesh).selected_by(selector, place) if selector or not is_waypoint(w))
    if any(w.is_pod and _is_in_mesh(mesh, w) for w in selected):
        return None
    gateways = deployed_gateways(mesh).selected_by(selector, place)
    return _Selected(
        outside=selected,
        gateways=tuple(g for g in gateways if selector or not is_waypoint(g)),
        machines=machines(mesh).selected_by(selector, place),
    )


def _is_in_mesh(mesh: MeshGraph, pod: Workload) -> bool:
    return is_redirected(pod) or bool(pod.proxy and pod.proxy.image) or told_to_have_proxy(mesh, pod)
