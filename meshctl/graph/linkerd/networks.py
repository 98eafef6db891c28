"""Ranges of addresses in Linkerd's policies: whether they are ranges, and what is left of them."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from meshctl.graph.fields import text
from meshctl.graph.kinds.linkerd import NetworkBlock
from meshctl.graph.linkerd.config import linkerd_values
from meshctl.graph.mesh import MeshGraph

Network = IPv4Network | IPv6Network

DEFAULT_CLUSTER_NETWORKS = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8")


@lru_cache(1024)
def network(value: str) -> Network | None:
    """The network that a text means, one address for a text without a length; None if it is none."""
    try:
        return ip_network(value, strict=False)
    except ValueError:
        return None


def within(inner: Network, outer: Network) -> bool:
    """Whether all of one network is in another."""
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def cluster_networks(mesh: MeshGraph) -> tuple[str, ...]:
    """The networks of the cluster, as Linkerd was told at its installation, or else by default."""
    stated = text(linkerd_values(mesh).get("clusterNetworks"))
    return tuple(item.strip() for item in stated.split(",") if item.strip()) or DEFAULT_CLUSTER_NETWORKS


def overlapping(block: NetworkBlock, networks: Sequence[str]) -> Iterator[str]:
    """Those of the networks of which some part is in the block and not left out of it."""
    whole = network(block.cidr)
    left_out = [found for _, cidr in block.excepted if (found := network(cidr)) is not None]
    for name in networks:
        other = network(name)
        if whole is None or other is None or not (within(whole, other) or within(other, whole)):
            continue
        common = whole if within(whole, other) else other
        if not any(within(common, excepted) for excepted in left_out):
            yield name
