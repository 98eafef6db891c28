"""What is drawn beside a finding: the nearest first, what is missing before all, never more than a picture holds."""

from pathlib import Path

import pytest

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.surroundings import MOST, surroundings
from meshctl.model.ids import ResourceId
from meshctl.sources.files import read_files

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
SERVICE = """---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80}]}
"""
WORKLOAD = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart-%d, namespace: shop}
spec: {template: {metadata: {labels: {app: cart}}}}
"""
ROUTE = """---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: route-%d, namespace: shop}
spec:
  hosts: [cart]
  http: [{route: [{destination: {host: cart}}, {destination: {host: cartz}}]}]
"""
CART = ResourceId("", "", "Service", "shop", "cart")


def route(number: int) -> ResourceId:
    return ResourceId("", "networking.istio.io", "VirtualService", "shop", f"route-{number}")


@pytest.fixture
def mesh(tmp_path: Path) -> MeshGraph:
    """A Service with 30 workloads, and 40 routes to it and to a host that does not exist."""
    text = NAMESPACE + SERVICE + "".join(WORKLOAD % i for i in range(30)) + "".join(ROUTE % i for i in range(40))
    (tmp_path / "mesh.yaml").write_text(text)
    return MeshGraph(read_files([str(tmp_path)]))


def test_what_is_missing_comes_first_and_then_what_is_near(mesh: MeshGraph) -> None:
    near = surroundings(mesh, [route(7)])
    ids = [near.nodes[i]["id"] for i in near.around[route(7)]]
    assert ids[:4] == ["VirtualService shop/route-7", "host cartz.shop.svc.cluster.local", "Service shop/cart", ids[3]]
    assert ids[3].startswith("Deployment shop/cart-") and len(ids) == MOST
    assert near.nodes[near.around[route(7)][1]]["state"] == "missing"


def test_edges_lie_between_what_is_shown(mesh: MeshGraph) -> None:
    near = surroundings(mesh, [route(7)])
    shown = {node["id"] for node in near.nodes}
    assert {edge["source"] for edge in near.edges} | {edge["target"] for edge in near.edges} <= shown
    broken = [edge["path"] for edge in near.edges if edge["target"] == "host cartz.shop.svc.cluster.local"]
    assert broken == ["spec.http[0].route[1].destination.host"]


def test_many_share_one_list_of_nodes_and_a_hub_stays_small(mesh: MeshGraph) -> None:
    near = surroundings(mesh, [CART, *map(route, range(40))])
    assert {len(found) for found in near.around.values()} == {MOST}
    assert len(near.nodes) <= 2 + 40 + MOST
    assert len({node["id"] for node in near.nodes}) == len(near.nodes)


def test_what_has_no_edges_has_no_surroundings(mesh: MeshGraph) -> None:
    assert surroundings(mesh, [CART._replace(name="nope")]).around == {}
