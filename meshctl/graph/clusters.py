"""What is in several clusters under one name."""

from collections import defaultdict

from meshctl.graph.kinds.core import Service
from meshctl.graph.mesh import MeshGraph, index


@index(Service)
def services_of_several_clusters(mesh: MeshGraph) -> tuple[tuple[Service, ...], ...]:
    """Services of one namespace and name that are in more than one cluster, in order of the clusters' names."""
    services = mesh.all(Service)
    if len({service.cluster for service in services}) < 2:
        return ()
    found: dict[tuple[str, str], list[Service]] = defaultdict(list)
    for service in services:
        found[service.namespace, service.name].append(service)
    return tuple(tuple(sorted(same, key=lambda s: s.cluster)) for _, same in sorted(found.items()) if len(same) > 1)
