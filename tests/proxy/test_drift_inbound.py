"""Which PeerAuthentication a listener for inbound connections is compared with."""

import pytest

from meshctl.graph.viewpoint.viewer import GATEWAY, SIDECAR, Viewer
from meshctl.proxy.drift.inbound import wants_of_authentication
from tests.graph.mtlsdocuments import DISABLE, SELECTED, STRICT, mesh_of, peer

PERMISSIVE = "mtls: {mode: PERMISSIVE}"
UNSET = "mtls: {mode: UNSET}"
OLD, NEW = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
PORTS = "portLevelMtls: {8080: {mode: DISABLE}, 8081: {mode: UNSET}, 8082: {mode: NEVER}}"


def wanted(kind: str, namespace: str, *documents: str) -> list[tuple[str, str, str]]:
    """Name of the policy, field in the proxy and mode of everything that is wanted of a pod of app api."""
    viewer = Viewer(mesh_of(*documents), namespace, kind, {"app": "api"})
    return [(w.resource.name, w.aspect.field, w.value) for w in wants_of_authentication(viewer)]


ALL = "filter_chains[all ports]"


@pytest.mark.parametrize("kind", [SIDECAR, GATEWAY])
def test_a_selector_in_the_root_namespace_selects_nobody(kind: str) -> None:
    selecting = peer(f"{SELECTED}, {STRICT}", "istio-system", "selecting")
    mesh_wide = peer(PERMISSIVE, "istio-system", "wide")
    assert wanted(kind, "istio-system", selecting, mesh_wide) == [("wide", ALL, "PERMISSIVE")]
    assert wanted(kind, "istio-system", selecting) == []


def test_the_oldest_of_the_nearest_level_that_says_something() -> None:
    namespace = peer(STRICT, name="b", created=OLD), peer(DISABLE, name="a", created=NEW)
    assert wanted(SIDECAR, "shop", *namespace) == [("b", ALL, "STRICT")]
    assert wanted(SIDECAR, "shop", *namespace, peer(f"{SELECTED}, {DISABLE}", name="c")) == [("c", ALL, "DISABLE")]
    assert wanted(SIDECAR, "shop", *namespace, peer(f"{SELECTED}, {UNSET}", name="c")) == [("b", ALL, "STRICT")]


def test_modes_of_ports_need_a_selector() -> None:
    of_port = ("c", "filter_chains[port 8080]", "DISABLE")
    assert wanted(SIDECAR, "shop", peer(f"{SELECTED}, {STRICT}, {PORTS}", name="c")) == [of_port, ("c", ALL, "STRICT")]
    assert wanted(SIDECAR, "shop", peer(f"{STRICT}, {PORTS}", name="c")) == [("c", ALL, "STRICT")]
