"""`meshctl graph`: what is drawn, what is broken in it, and which resource a user means."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import inside as meshctl

MESH = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {selector: {app: reviews}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  template:
    metadata: {labels: {app: reviews}}
    spec: {containers: [{name: a, image: a}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec:
  hosts: [reviews]
  gateways: [elsewhere/public]
  http:
  - route:
    - destination: {host: reviews}
    - destination: {host: reviewz}
  - route: [{destination: {host: reviews}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: bank}
spec: {host: reviews.shop.svc.cluster.local}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: lonely, namespace: shop}
"""

DOT = """\
digraph mesh {
  rankdir=LR;
  node [shape=box];
  "gateway elsewhere/public" [label="gateway elsewhere/public\\nnot in the given files", color=gray40, \
fontcolor=gray40, style=dashed];
  "host reviewz.shop.svc.cluster.local" [label="host reviewz.shop.svc.cluster.local\\nmissing", color=red, \
fontcolor=red, style=dashed];
  subgraph "cluster_shop" {
    label="shop";
    "Service shop/reviews";
    "VirtualService shop/reviews";
  }
  "VirtualService shop/reviews" -> "Service shop/reviews" [label="routes_to (2)", \
tooltip="spec.http[0].route[0].destination.host\\nspec.http[1].route[0].destination.host"];
  "VirtualService shop/reviews" -> "gateway elsewhere/public" [label="references", tooltip="spec.gateways[0]", \
color=gray40, style=dashed];
  "VirtualService shop/reviews" -> "host reviewz.shop.svc.cluster.local" [label="routes_to", \
tooltip="spec.http[0].route[1].destination.host", color=red, style=dashed];
}
"""

MERMAID = """\
flowchart LR
  subgraph g1["bank"]
    n0["DestinationRule bank/reviews"]
  end
  subgraph g2["shop"]
    n1["Deployment shop/reviews"]
    n2["Service shop/reviews"]
    n3["VirtualService shop/reviews"]
  end
  n0 -->|"references"| n2
  n2 -->|"exposes"| n1
  n3 -->|"routes_to (2)"| n2
  classDef missing stroke:#c00,color:#c00,stroke-dasharray:4
  classDef absent stroke:#888,color:#666,stroke-dasharray:4
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mesh.yaml").write_text(MESH)
    return tmp_path


def drawn(folder: Path, *arguments: str) -> str:
    done = meshctl("graph", "-f", ".", *arguments, cwd=folder)
    assert (done.code, done.err) == (0, "")
    return done.out


def rows(folder: Path, *arguments: str) -> tuple[set[str], set[tuple[str, str]]]:
    found: dict[str, Any] = json.loads(drawn(folder, "-o", "json", *arguments))
    return {n["id"] for n in found["nodes"]}, {(e["source"], e["target"]) for e in found["edges"]}


def test_dot_is_the_default(folder: Path) -> None:
    assert drawn(folder, "vs/reviews", "--depth", "1") == DOT


def test_mermaid(folder: Path) -> None:
    assert drawn(folder, "deploy/reviews", "--impact", "-o", "mermaid") == MERMAID
    broken = drawn(folder, "vs/reviews", "--depth", "1", "-o", "mermaid")
    assert '["host reviewz.shop.svc.cluster.local<br>missing"]:::missing\n' in broken
    assert '["gateway elsewhere/public<br>not in the given files"]:::absent\n' in broken


def test_json_has_every_edge_with_its_field(folder: Path) -> None:
    found = json.loads(drawn(folder, "vs/reviews", "--depth", "1", "-o", "json"))
    assert found["edges"][0] == {
        "source": "VirtualService shop/reviews",
        "target": "Service shop/reviews",
        "kind": "routes_to",
        "path": "spec.http[0].route[0].destination.host",
    }
    states = {node["id"]: node["state"] for node in found["nodes"]}
    assert states["host reviewz.shop.svc.cluster.local"] == "missing"
    assert states["gateway elsewhere/public"] == "notInInput"
    assert states["Service shop/reviews"] == "found"


def test_depth_and_direction(folder: Path) -> None:
    nodes, _ = rows(folder, "deploy/reviews", "--depth", "1")
    assert nodes == {"Deployment shop/reviews", "Service shop/reviews"}
    nodes, _ = rows(folder, "deploy/reviews")
    assert nodes >= {"VirtualService shop/reviews", "DestinationRule bank/reviews"}
    assert "host reviewz.shop.svc.cluster.local" not in nodes
    nodes, _ = rows(folder, "svc/reviews", "--impact")
    assert nodes == {"Service shop/reviews", "VirtualService shop/reviews", "DestinationRule bank/reviews"}
    nodes, edges = rows(folder, "cm/lonely")
    assert (nodes, edges) == ({"ConfigMap shop/lonely"}, set())


def test_everything_that_has_edges(folder: Path) -> None:
    nodes, edges = rows(folder)
    assert "ConfigMap shop/lonely" not in nodes
    assert nodes == {end for edge in edges for end in edge}
    assert rows(folder, "-n", "bank") == (
        {"DestinationRule bank/reviews", "Service shop/reviews"},
        {("DestinationRule bank/reviews", "Service shop/reviews")},
    )


def test_the_order_of_files_changes_nothing(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "mesh.yaml").write_text("---\n".join(reversed(MESH.split("---\n"))))
    assert drawn(folder, "-o", "dot") == meshctl("graph", "-f", "mesh.yaml", cwd=other).out


def test_every_spelling_of_a_resource(folder: Path) -> None:
    spellings = ["vs/reviews", "VirtualServices/shop/reviews", "virtualservice.networking.istio.io/reviews"]
    texts = {drawn(folder, spelling) for spelling in [*spellings, "VirtualService shop/reviews"]}
    texts |= {drawn(folder, "VirtualService", "shop/reviews"), drawn(folder, "vs/reviews", "-n", "shop")}
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["vs/reviewz"], "the input holds no VirtualService 'reviewz'; did you mean virtualservice/shop/reviews?"),
        (
            ["svc/reviews", "-n", "bank"],
            "no Service 'reviews' in the namespace bank; did you mean service/shop/reviews?",
        ),
        (["servic/reviews"], "the input holds no resource of the kind 'servic': did you mean service?"),
        (
            ["pod/reviews"],
            "of the kind 'pod': there are ConfigMap, Deployment, DestinationRule, Namespace, Service, Vir",
        ),
        (["reviews"], "'reviews' is no resource: write kind/name or kind/namespace/name"),
        (["--impact"], "--depth and --impact need a RESOURCE to start from"),
    ],
)
def test_what_nothing_is_called(folder: Path, arguments: list[str], sentence: str) -> None:
    done = meshctl("graph", "-f", ".", *arguments, cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err


def test_an_ambiguous_name_lists_what_it_may_mean(folder: Path) -> None:
    (folder / "more.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: reviews, namespace: bank}\n---\n"
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: web, namespace: shop}\n---\n"
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: web, namespace: shop}\n"
    )
    done = meshctl("graph", "-f", ".", "svc/reviews", cwd=folder)
    assert done.code == 2
    assert done.err == "meshctl: 'svc/reviews' means several resources: service/bank/reviews, service/shop/reviews\n"
    done = meshctl("graph", "-f", ".", "gw/web", cwd=folder)
    both = ["gateway.gateway.networking.k8s.io/shop/web", "gateway.networking.istio.io/shop/web"]
    assert done.err == f"meshctl: 'gw/web' means several resources: {', '.join(both)}\n"
    assert drawn(folder, both[1])


def test_names_cannot_break_out_of_the_drawing(folder: Path) -> None:
    (folder / "mesh.yaml").write_text(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
        'metadata: {name: \'a"];x[b\\\', namespace: "s]\\e[2J<b>"}\n'
        "spec: {hosts: [a], http: [{route: [{destination: {host: 'h\"|#;.com'}}]}]}\n"
    )
    dot = drawn(folder)
    assert '    "VirtualService s]\\\\x1b[2J<b>/a\\"];x[b\\\\";\n' in dot
    assert "\x1b" not in dot
    mermaid = drawn(folder, "-o", "mermaid")
    assert '["VirtualService s#93;#92;x1b#91;2J#60;b#62;/a#34;#93;#59;x#91;b#92;"]' in mermaid
    assert mermaid.count('"') == 8  # around two nodes, a subgraph and a label


def test_what_was_not_read_is_said_and_is_exit_code_3(folder: Path) -> None:
    (folder / "bad.yaml").write_text("a: [\n")
    done = meshctl("graph", "-f", ".", cwd=folder)
    assert done.code == 3
    assert done.err.startswith("meshctl: not read: ./bad.yaml")
    assert done.out.startswith("digraph mesh {\n")
    assert meshctl("graph", "-f", ".", "-q", cwd=folder).err == ""


def test_help_names_the_formats_of_the_command() -> None:
    assert "dot, mermaid or json. Repeatable." in meshctl("graph", "--help").out
    assert "human, concise, json, yaml, csv, sarif," in meshctl("analyze", "--help").out
