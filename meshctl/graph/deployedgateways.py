"""Gateways of the Gateway API and the pods that Istio makes for them, whether those are in the input or not."""

from collections.abc import Mapping

from meshctl.graph.fields import labels, mapping, text
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.policy import Policy
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.selectors import Selectable
from meshctl.graph.workloads import pods_were_read, workloads

GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"
_CLASS_NAME = "gateway.networking.k8s.io/gateway-class-name"
_MANAGED = "gateway.istio.io/managed"
_WAYPOINT = "istio-waypoint"


@index(KubernetesGateway)
def deployed_gateways(mesh: MeshGraph) -> Selectable[KubernetesGateway]:
    """Gateways that Istio deploys itself, by the labels of the pods it makes; the place is the namespace."""
    own = (g for g in mesh.all(KubernetesGateway) if _class(g).startswith("istio") and not g.spec.get("addresses"))
    return Selectable(own, lambda g: g.namespace, pod_labels_of)


@index(Workload)
def gateway_pods(mesh: MeshGraph) -> Selectable[Workload]:
    """Pods and templates that belong to a Gateway of the Gateway API, by label; the place is the namespace."""
    own = (w for w in workloads(mesh).selected_by({}) if GATEWAY_NAME in w.pod_labels)
    return Selectable(own, lambda w: w.namespace, lambda w: w.pod_labels)


def is_waypoint(gateway: KubernetesGateway | Workload) -> bool:
    """Whether it is a waypoint: the proxy of services in ambient mode."""
    if isinstance(gateway, KubernetesGateway):
        return _class(gateway) == _WAYPOINT
    carried = gateway.pod_labels
    return carried.get(_MANAGED) == "istio.io-mesh-controller" or carried.get(_CLASS_NAME) == _WAYPOINT


@index(Policy, Workload, KubernetesGateway)
def gateways_selected_by_label(mesh: MeshGraph) -> tuple[tuple[Policy, Mapping[str, bool]], ...]:
    """Policies that select pods of Gateways of their namespace, with the names of those and whether each is a waypoint.

    An empty selector selects all. A policy that names its targets does not look at its selector.
    """
    found = []
    seen: dict[tuple[str, frozenset[tuple[str, str]]], Mapping[str, bool]] = {}
    for policy in mesh.all(Policy):
        if policy.spec.get("selector") is not None and not policy.targets:
            asked = (policy.namespace, frozenset(policy.selector.items()))
            if asked not in seen:
                seen[asked] = _selected(mesh, policy)
            if seen[asked]:
                found.append((policy, seen[asked]))
    return tuple(found)


def _selected(mesh: MeshGraph, policy: Policy) -> Mapping[str, bool]:
    """Where all pods were read, the Gateways of pods alone."""
    pods = gateway_pods(mesh).selected_by(policy.selector, policy.namespace)
    found = {}
    if pods_were_read(mesh, policy.namespace):
        pods = tuple(pod for pod in pods if pod.is_pod)
    elif policy.selector:
        selected = deployed_gateways(mesh).selected_by(policy.selector, policy.namespace)
        found = {gateway.name: is_waypoint(gateway) for gateway in selected}
    for pod in pods:
        found.setdefault(pod.pod_labels[GATEWAY_NAME], is_waypoint(pod))
    return dict(sorted(found.items()))


def _class(gateway: KubernetesGateway) -> str:
    return text(gateway.spec.get("gatewayClassName"))


def pod_labels_of(gateway: KubernetesGateway) -> Mapping[str, str]:
    """The pods carry the labels of the Gateway, or those that it states for them, beside what names it."""
    stated = labels(mapping(gateway.spec.get("infrastructure")).get("labels"))
    return {**(stated or gateway.labels), GATEWAY_NAME: gateway.name, _CLASS_NAME: _class(gateway)}
