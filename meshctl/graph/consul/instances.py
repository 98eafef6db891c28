"""The pods behind each service, and the gateways by their name."""

from collections import defaultdict
from collections.abc import Mapping

from meshctl.graph.consul.annotations import GATEWAY_KIND, GATEWAY_SERVICE
from meshctl.graph.consul.installation import SEEN
from meshctl.graph.consul.names import ServiceKey, catalog
from meshctl.graph.consul.pods import ConsulPod, consul_pods
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index


@index(*SEEN)
def instances(mesh: MeshGraph) -> Mapping[ServiceKey, tuple[ConsulPod, ...]]:
    """The pods and templates that Consul registers, by service."""
    found: dict[ServiceKey, list[ConsulPod]] = defaultdict(list)
    for pod in consul_pods(mesh):
        for name in pod.registered:
            found[ServiceKey(catalog(mesh).place(pod.workload.namespace), name)].append(pod)
    return {key: tuple(pods) for key, pods in found.items()}


@index(Workload)
def deployed_gateways(mesh: MeshGraph) -> frozenset[tuple[str, str]]:
    """Kind, as `ingress-gateway`, and name in Consul of the gateways that are deployed.

    Charts of old write the name in a label alone, behind that of the release: every ending of it counts.
    """
    found = set()
    for workload in mesh.all(Workload):
        if kind := workload.pod_annotations.get(GATEWAY_KIND):
            name = workload.pod_annotations.get(GATEWAY_SERVICE)
            pieces = workload.pod_labels.get(f"{kind}-name", "").split("-")
            found |= {(kind, name)} if name else {(kind, "-".join(pieces[i:])) for i in range(len(pieces))}
    return frozenset(found)
