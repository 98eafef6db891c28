"""The viewer that a running proxy is one of, and which proxies get the same."""

from typing import Any

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.viewpoint.viewer import Viewer
from meshctl.proxy.envoy.identity import Identity


def viewer(mesh: MeshGraph, identity: Identity) -> Viewer:
    """The viewer that a proxy is one of."""
    return Viewer(mesh, identity.namespace, identity.kind, identity.labels, identity.interception)


def alike(identity: Identity) -> tuple[Any, ...]:
    """What proxies have in common that get the same."""
    pairs = {k: v for k, v in identity.labels.items() if k not in _OF_ONE_POD}
    return identity.namespace, identity.kind, identity.interception, identity.cluster, frozenset(pairs.items())


_OF_ONE_POD = frozenset({"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"})
