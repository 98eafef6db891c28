"""A network takes its endpoints from a registry that no cluster of the mesh is.

Why: the endpoints of that cluster belong to no network then. Requests to them go to the pods' addresses directly
instead of through the gateway of their network, and time out.

Example:
    kind: ConfigMap
    metadata: {name: istio, namespace: istio-system}
    data:
      mesh: ""
      meshNetworks: |
        networks:
          east:
            endpoints:
            - fromRegistry: esat   # the Secret for the remote cluster calls it `east`
            gateways:
            - {address: 192.0.2.1, port: 15443}

Fix: write the name of the cluster as in its Secret with the label istio/multiCluster, or `Kubernetes`.

Silent when: it is the name of the cluster that Istio is installed in, as its injector knows it. Where no injector is
given and it may be that name, this is only an info.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    MeshGraph,
    MeshNetworks,
    Missing,
    Names,
    Secret,
    Severity,
    analyzer,
    mesh_networks,
    perhaps_own_cluster,
    registries,
)


@analyzer(
    "IST0126",
    "meshnetworks-unknown-registry",
    Severity.ERROR,
    reads=(MeshNetworks, ConfigMap, Secret),
    absent=(Secret,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = registries(mesh)
    for networks in mesh_networks(mesh):
        for use in networks.registries:
            if use.registry in known:
                continue
            near = Names(known).nearest(use.registry)
            own = use.registry == perhaps_own_cluster(mesh)
            harm = "none of them belongs to the network" + (", unless it is Istio's own cluster" if own else "")
            yield Claim(
                networks,
                use.path,
                f"A Secret for the cluster {use.registry}, which network {use.network} takes its endpoints from,"
                f" {ABSENT}: {harm}.",
                fix=f"Did you mean {near}?" if near else "Name a cluster as in its Secret, or add the Secret.",
                severity=Severity.INFO if own else None,
                absent=Missing("cluster", use.registry, Secret.KINDS, networks.namespace, elsewhere=True),
            )
