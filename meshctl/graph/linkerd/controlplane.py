"""Linkerd's control plane: its Deployments, its version, and what its nodes and networks are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from meshctl.graph.fields import integer, mapping, numbered, text, texts
from meshctl.graph.kinds.core import ConfigMap, Namespace, Node, Service
from meshctl.graph.kinds.workload import Deployment, Pod
from meshctl.graph.linkerd.annotationvalues import CONFIG
from meshctl.graph.linkerd.config import linkerd_values
from meshctl.graph.linkerd.networks import Network, cluster_networks, network, within
from meshctl.graph.linkerd.presence import COMPONENT, EXTENSION
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.view import View
from meshctl.model.ids import KindKey

COMPONENTS = ("destination", "identity", "proxy-injector")
PROXY_VERSION = f"{CONFIG}proxy-version"

_SERVICE_PROFILE = KindKey("linkerd.io", "ServiceProfile")
_POLICY = "policy.linkerd.io"
_SINCE_LONG = (
    _SERVICE_PROFILE,
    *(KindKey(_POLICY, kind) for kind in ("Server", "ServerAuthorization", "AuthorizationPolicy")),
    *(KindKey(_POLICY, kind) for kind in ("MeshTLSAuthentication", "NetworkAuthentication", "HTTPRoute")),
)
# What control planes since the beginning of 2025 read, with the version of each that they ask for.
_RECENT: Mapping[KindKey, str] = {
    _SERVICE_PROFILE: "v1alpha2",
    KindKey(_POLICY, "Server"): "v1beta3",
    KindKey(_POLICY, "ServerAuthorization"): "v1beta1",
    KindKey(_POLICY, "AuthorizationPolicy"): "v1alpha1",
    KindKey(_POLICY, "MeshTLSAuthentication"): "v1alpha1",
    KindKey(_POLICY, "NetworkAuthentication"): "v1alpha1",
    KindKey(_POLICY, "HTTPRoute"): "v1beta3",
    KindKey(_POLICY, "EgressNetwork"): "v1alpha1",
    KindKey(_POLICY, "HTTPLocalRateLimitPolicy"): "v1alpha1",
    KindKey("workload.linkerd.io", "ExternalWorkload"): "v1beta1",
}
_EDGE = re.compile(r"edge-(\d{2})\.(\d{1,2})\..*")
_NUMBERED = re.compile(r"(?:stable-|enterprise-|v)?(\d{1,3})\.(\d{1,3})(?:[.-].*)?")


@index(Deployment)
def control_plane(mesh: MeshGraph) -> Mapping[str, Deployment]:
    """The Deployments of the control plane by component."""
    found = ((each.labels.get(COMPONENT) or each.pod_labels.get(COMPONENT, ""), each) for each in mesh.all(Deployment))
    return {component: deployment for component, deployment in found if component in COMPONENTS}


@index(ConfigMap)
def installed_version(mesh: MeshGraph) -> str:
    """The version of proxy that the control plane injects; empty where it is not known."""
    values = linkerd_values(mesh)
    own = text(mapping(mapping(values.get("proxy")).get("image")).get("version"))
    return own or text(values.get("linkerdVersion"))


@index(ConfigMap)
def needed_definitions(mesh: MeshGraph) -> Mapping[KindKey, str]:
    """The kinds that the control plane reads, with the version; empty for any, as where it is old or not known."""
    stated = text(linkerd_values(mesh).get("linkerdVersion"))
    edge, numbered_version = _EDGE.fullmatch(stated), _NUMBERED.fullmatch(stated)
    recent = (edge and int(edge[1]) >= 25) or (
        numbered_version and (int(numbered_version[1]), int(numbered_version[2])) >= (2, 18)
    )
    return _RECENT if recent else dict.fromkeys(_SINCE_LONG, "")


def available(deployment: Deployment) -> int | None:
    """How many of its pods are available; None where its status does not tell."""
    if not deployment.status:
        return None
    return integer(deployment.status.get("availableReplicas")) or 0


class Outside(NamedTuple):
    """Something of the cluster whose address is in none of Linkerd's networks of the cluster."""

    subject: View
    address: str


@index(ConfigMap, Node, Pod, Service)
def outside_networks(mesh: MeshGraph) -> Sequence[Outside]:
    """Nodes, pods and Services with addresses that Linkerd does not take for the cluster's."""
    found = (network(each) for each in cluster_networks(mesh))
    networks = tuple(each for each in found if each is not None)
    outside = (
        Outside(subject, address)
        for subject, address in _addresses(mesh)
        if (inner := network(address)) is not None and not _is_inside(inner, networks)
    )
    return sorted(outside, key=lambda each: (each.subject.id.kind, each.subject.id, each.address))


def _is_inside(inner: Network, networks: Sequence[Network]) -> bool:
    return any(within(inner, outer) for outer in networks)


def _addresses(mesh: MeshGraph) -> Iterator[tuple[View, str]]:
    for node in mesh.all(Node):
        for cidr in dict.fromkeys([text(node.spec.get("podCIDR")), *texts(node.spec.get("podCIDRs"))]):
            yield node, cidr
    for pod in mesh.all(Pod):
        if not pod.host_network and not pod.has_ended:
            yield pod, text(pod.status.get("podIP"))
    for service in mesh.all(Service):
        address = text(service.spec.get("clusterIP"))
        if address != "None" and service.type != "ExternalName":
            yield service, address


@index(Node)
def docker_nodes(mesh: MeshGraph) -> Sequence[Node]:
    """The nodes whose container runtime is Docker."""
    return sorted(
        (
            node
            for node in mesh.all(Node)
            if text(mapping(node.status.get("nodeInfo")).get("containerRuntimeVersion")).startswith("docker://")
        ),
        key=lambda node: node.name,
    )


@index(Namespace)
def extension_namespaces(mesh: MeshGraph) -> Mapping[str, Sequence[Namespace]]:
    """The namespaces of each extension, as viz or multicluster."""
    found: dict[str, list[Namespace]] = {}
    for namespace in mesh.all(Namespace):
        if extension := namespace.labels.get(EXTENSION):
            found.setdefault(extension, []).append(namespace)
    return {extension: sorted(those, key=lambda each: each.name) for extension, those in found.items()}


def condition(deployment: Deployment, name: str) -> Mapping[str, object]:
    """One of the conditions of a Deployment; empty where it has none of that name."""
    every = (fields for _, fields in numbered(deployment.status.get("conditions")))
    return next((fields for fields in every if fields.get("type") == name), {})
