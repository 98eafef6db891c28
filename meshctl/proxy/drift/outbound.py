"""The outbound traffic policy: what happens to requests for hosts that nobody knows."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.kinds.networking import Sidecar
from meshctl.graph.viewpoint.scope import outbound_mode
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.proxy.drift.values import dig
from meshctl.proxy.drift.wants import Aspect, Want, want

_MODES = {"BlackHoleCluster": "REGISTRY_ONLY", "PassthroughCluster": "ALLOW_ANY"}
_CHAIN = "virtualOutbound-catchall-tcp"


def _mode(listener: Any) -> str | None:
    for _, chain in numbered(mapping(listener).get("filter_chains")):
        if chain.get("name") == _CHAIN:
            cluster = dig(chain, "filters", -1, "typed_config", "cluster")
            return _MODES.get(cluster, cluster) if isinstance(cluster, str) else None
    return None


_MODE = Aspect(
    "filter_chains[virtualOutbound-catchall-tcp].cluster",
    _mode,
    (("filter_chains", "*", "filters"), ("filter_chains", "*", "name")),
)


def wants_of_mode(viewer: Viewer) -> Iterator[Want]:
    """What the Sidecar in force wants of the listener for everything that goes out."""
    source, mode = outbound_mode(viewer)
    if isinstance(source, Sidecar):
        yield want(source, ("spec", "outboundTrafficPolicy", "mode"), _MODE, mode)


def mode_of_routes(config: Any) -> str | None:
    """The mode that a route configuration shows by its last virtual host; None where it shows none."""
    names = {text(v.get("name")) for _, v in numbered(mapping(config).get("virtual_hosts"))}
    return "REGISTRY_ONLY" if "block_all" in names else "ALLOW_ANY" if "allow_any" in names else None


ROUTES_MODE = Aspect("virtual_hosts[*]", mode_of_routes, (("virtual_hosts", "*", "name"),))


def wants_of_routes(viewer: Viewer) -> Iterator[Want]:
    """What the Sidecar in force wants of each route configuration that says what happens to unknown hosts."""
    for each in wants_of_mode(viewer):
        yield Want(each.resource, each.path, ROUTES_MODE, each.value)
