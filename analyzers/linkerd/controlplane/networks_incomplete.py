"""Pods, nodes or Services have addresses that Linkerd does not take for the cluster's.

Why: proxies look up only what is in clusterNetworks. What goes to other addresses leaves the mesh: without mTLS, with
no load balancing of requests, and past policies.

Example:
    kind: ConfigMap
    metadata: {name: linkerd-config, namespace: linkerd}
    data:
      values: |
        clusterNetworks: "10.0.0.0/8"   # and the pods have addresses of 172.20.0.0/16

Fix: upgrade Linkerd with clusterNetworks that cover the networks of nodes, pods and Services.

Silent when: all addresses that the input shows are within; files seldom show any.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, ConfigMap, MeshGraph, Node, Pod, Service, Severity, analyzer, enumerated
from meshctl.analysis.api.linkerdlive import cluster_networks, linkerd_config_map, outside_networks


@analyzer("LKD407", "linkerd-cluster-networks-incomplete", Severity.ERROR, reads=(ConfigMap, Node, Pod, Service))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    config = linkerd_config_map(mesh)
    found = outside_networks(mesh) if config else ()
    if config and found:
        names = (f"{each.subject.id.kind} {each.subject.full_name} ({each.address})" for each in found)
        yield Claim(
            config,
            ("data", "values"),
            f"clusterNetworks of Linkerd ({', '.join(cluster_networks(mesh))}) leaves out "
            f"{enumerated(names, len(found))}: what is sent there bypasses the mesh.",
            fix="Upgrade Linkerd with clusterNetworks that cover the networks of nodes, pods and Services.",
            related=tuple(Also(each.subject, ("metadata", "name"), "has such an address") for each in found[:3]),
        )
