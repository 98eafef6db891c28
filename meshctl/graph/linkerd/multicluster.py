"""Links to other clusters: the controller of each, and the Services that it mirrors."""

from collections.abc import Mapping, Sequence

from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.discovery import EndpointSlice
from meshctl.graph.kinds.linkerdcontrol import Link
from meshctl.graph.kinds.workload import Deployment
from meshctl.graph.mesh import MeshGraph, index

CLUSTER = "mirror.linkerd.io/cluster-name"
MIRRORED = "mirror.linkerd.io/mirrored-service"
_GATEWAY = "mirror.linkerd.io/mirrored-gateway"
_REMOTE_DISCOVERY = "mirror.linkerd.io/remote-discovery"
_CONTROLLERS = frozenset({"linkerd-service-mirror", "controller"})
_COMPONENTS = ("component", "linkerd.io/control-plane-component")


@index(Deployment)
def mirror_controllers(mesh: MeshGraph) -> Mapping[tuple[str, str], Sequence[Deployment]]:
    """The controllers that mirror Services, by namespace and the name of the cluster that they mirror."""
    found: dict[tuple[str, str], list[Deployment]] = {}
    for deployment in mesh.all(Deployment):
        cluster = deployment.labels.get(CLUSTER) or deployment.pod_labels.get(CLUSTER)
        if cluster and any(deployment.labels.get(name) in _CONTROLLERS for name in _COMPONENTS):
            found.setdefault((deployment.namespace, cluster), []).append(deployment)
    return {place: sorted(those, key=lambda each: each.id) for place, those in found.items()}


@index(Link)
def linked_clusters(mesh: MeshGraph) -> frozenset[str]:
    """The names of the clusters that there are Links to."""
    return frozenset(link.target for link in mesh.all(Link))


@index(Service)
def mirror_services(mesh: MeshGraph) -> Sequence[Service]:
    """Services that stand for one of another cluster."""
    return tuple(each for each in mesh.all(Service) if MIRRORED in each.labels and each.labels.get(CLUSTER))


def has_own_endpoints(service: Service) -> bool:
    """Whether the addresses behind a mirror Service stand in this cluster, as those of gateways do."""
    return _GATEWAY not in service.labels and _REMOTE_DISCOVERY not in service.labels


@index(EndpointSlice)
def services_with_endpoints(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    """Namespace and name of the Services that have an address that is ready."""
    return frozenset(
        (each.namespace, each.service)
        for each in mesh.all(EndpointSlice)
        if any(address.ready for address in each.addresses)
    )


def endpoints_are_known(mesh: MeshGraph, service: Service) -> bool:
    """Whether all EndpointSlices of its namespace were read; without any at all they were only left out."""
    return bool(mesh.all(EndpointSlice)) and mesh.coverage.has_all(EndpointSlice.KINDS, service.namespace)
