"""An EgressNetwork of Linkerd has addresses of the cluster.

Why: it is for traffic that leaves the cluster. Linkerd does not accept one whose networks overlap the clusterNetworks
of the installation, and then nothing that is attached to it has an effect.

Example:
    kind: EgressNetwork
    spec:
      trafficPolicy: Deny
      networks:
      - cidr: 10.1.0.0/16   # clusterNetworks has 10.0.0.0/8

Fix: leave the networks of the cluster out, by `except`; or leave `networks` out, which means all that are not the
cluster's.

Only a warning where the ConfigMap linkerd-config is not in the files: then the defaults are taken for clusterNetworks.

Silent when: no part of a network is the cluster's, or a cluster was read without that ConfigMap.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, ConfigMap, MeshGraph, Severity, analyzer
from meshctl.analysis.api.linkerd import EgressNetwork, cluster_networks, linkerd_config_map, overlapping


@analyzer("LKD313", "linkerd-egress-network-overlaps-cluster", Severity.ERROR, reads=(EgressNetwork, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = linkerd_config_map(mesh) is not None
    if not (known or mesh.coverage.inferred):
        return
    for egress in mesh.all(EgressNetwork):
        for block in egress.networks:
            inside = ", ".join(overlapping(block, cluster_networks(mesh)))
            if inside:
                source = "clusterNetworks" if known else "the default of clusterNetworks"
                yield Claim(
                    egress,
                    block.path,
                    f"{block.cidr} has addresses of the cluster ({inside} in {source}), so Linkerd does not accept"
                    " this EgressNetwork.",
                    fix="Leave the networks of the cluster out by `except`, or leave `networks` out.",
                    severity=None if known else Severity.WARNING,
                )
