"""The Envoys that several tests look at; none of them changes these."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proxy import envoy
from tests.proxy.envoy import Envoy

BAD_LUA = "function envoy_on_request(handle) this is not lua end"


@pytest.fixture(scope="session")
def rejecting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Envoy]:
    """Serves listener `good`, has rejected listener `bad`, and waits for the endpoints of cluster `stuck`."""
    folder = tmp_path_factory.mktemp("rejecting")
    good = envoy.http_listener("good", [envoy.answered(200)])
    bad = envoy.http_listener("bad", [envoy.answered(200)], filters=[envoy.lua(BAD_LUA)])
    with envoy.running(
        folder,
        as_node=envoy.node("web-1", "shop", LABELS={"app": "web"}),
        listeners=[good],
        clusters=[envoy.cluster("api", 9)],
    ) as started:
        # Once it has started: before that, it would wait for the one and not look at the other.
        started.wait("listener_manager.total_listeners_active")
        started.clusters([envoy.cluster("api", 9), envoy.eds_cluster("stuck")])
        started.listeners([good, bad])
        started.wait("cluster_manager.warming_clusters")
        started.wait("listener_manager.lds.update_rejected")
        yield started


@pytest.fixture(scope="session")
def captures() -> Path:
    """Recordings of a whole mesh, where they are beside the project."""
    folder = Path(__file__).parents[2].parent / "shared" / "proxy-captures"
    if not folder.is_dir():
        pytest.skip("there are no recordings of a whole mesh here")
    return folder
