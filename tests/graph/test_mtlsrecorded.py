"""What real proxies were told to send is what is said of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.mtls.behind import behind
from meshctl.graph.mtls.clients import client_of
from meshctl.graph.mtls.sending import sends
from meshctl.sources.files import read_files

RECORDED = Path(__file__).parents[2].parent / "shared" / "proxy-captures"
pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded mesh is not here")


def clusters(folder: Path, proxy: str) -> list[dict[str, Any]]:
    """The outbound clusters of a proxy."""
    dump = json.loads((folder / f"{proxy}.config_dump.json").read_text())
    found = [c["cluster"] for part in dump["configs"] for c in part.get("dynamic_active_clusters", ())]
    return [cluster for cluster in found if cluster["name"].startswith("outbound|")]


@pytest.mark.parametrize("run", ["synced", "rich"])
@pytest.mark.parametrize("proxy", ["productpage", "ratings"])
def test_outbound_clusters(run: str, proxy: str) -> None:
    mesh = MeshGraph(read_files([str(RECORDED / "cluster.yaml"), str(RECORDED / run / "desired.yaml")]))
    workload = next(w for w in mesh.all(Workload) if w.name.startswith(proxy))
    compared = 0
    for cluster in clusters(RECORDED / run, proxy):
        _, port, subset, name = cluster["name"].split("|")
        host = hosts(mesh).find(name, workload.namespace)
        if host is None:
            continue
        servers = [each.server for each in behind(mesh)(host)] or [None]
        said = {sends(mesh, client_of(mesh, workload), host, int(port), server, subset).what for server in servers}
        started = cluster.get("transport_socket", {}).get("name", "")
        assert "transport_socket_matches" not in cluster
        assert said == ({"own TLS"} if started.endswith("tls") else {"plaintext"}), cluster["name"]
        compared += 1
    assert compared > 3
