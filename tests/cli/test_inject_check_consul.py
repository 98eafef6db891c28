"""`meshctl inject-check` where Consul decides."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app
from tests.graph.consulmesh import deployment, injector

MESHES = Path(__file__).parents[2] / "fixtures/meshes"
ON = 'connect-inject: "true"'
POD = """apiVersion: v1
kind: Pod
metadata:
  name: web-{0}
  namespace: shop
  labels: {{app: web, pod-template-hash: 5d4f}}
  annotations: {{consul.hashicorp.com/connect-inject: "true"}}
  ownerReferences: [{{apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4f, uid: "1", controller: true}}]
spec:
  containers: [{{name: web, image: "web:1"}}{1}]
status: {{phase: Running}}
"""
SIDECAR = ', {name: consul-dataplane, image: "hashicorp/consul-dataplane:1.6.1"}'


def rows(*arguments: str) -> dict[str, dict[str, Any]]:
    done = CliRunner().invoke(app, ["inject-check", *arguments, "--no-config", "-o", "json"])
    return {row["resource"]["name"]: row for row in json.loads(done.stdout)["workloads"]}


def checked(folder: Path, *documents: str) -> dict[str, dict[str, Any]]:
    file = folder / "mesh.yaml"
    file.write_text("---\n".join(documents))
    return rows("shop", "-f", str(file))


def test_a_mesh_of_consul(tmp_path: Path) -> None:
    found = rows("-A", "-f", str(MESHES / "consul"))
    assert {row["mesh"] for row in found.values()} == {"Consul"}
    assert {name for name, row in found.items() if not row["expected"]} == {
        "consul-connect-injector",
        "consul-egress",
        "consul-front",
    }
    assert found["frontend"]["webhooks"] == ["consul-connect-injector/consul-connect-injector.consul.hashicorp.com"]
    assert "leaves out pods with such labels" in found["consul-connect-injector"]["reason"]
    assert found["consul-front"]["reason"] == "It is a gateway of Consul, whose Envoy needs no injection."


@pytest.mark.parametrize(
    ("pods", "actual", "reason"),
    [(["", ""], False, ""), ([SIDECAR, ""], False, "1 of its 2 pods has a proxy."), ([SIDECAR, SIDECAR], True, "")],
    ids=["none", "one", "both"],
)
def test_what_the_pods_have(tmp_path: Path, pods: list[str], actual: bool, reason: str) -> None:
    row = checked(tmp_path, deployment("web", ON), *(POD.format(i, more) for i, more in enumerate(pods)))["web"]
    assert (row["expected"], row["actual"], row["assumed"]) == (True, actual, True)
    assert reason in row["reason"]
    assert ("kubectl rollout restart deployment/web -n shop" in row["fix"]) is not actual


def test_why_not(tmp_path: Path) -> None:
    allowed = injector('-allow-k8s-namespace="*"')
    found = checked(
        tmp_path, allowed, deployment("web", 'connect-inject: "yes"'), deployment("cart", "service-tags: a")
    )
    assert [(row["expected"], row["fix"].partition(",")[0]) for row in (found["web"], found["cart"])] == [
        (False, 'Write "true" or "false" as consul.hashicorp.com/connect-inject of the pods.'),
        (False, 'Set consul.hashicorp.com/connect-inject: "true" on the pod template'),
    ]


def test_istio_decides_where_it_injects(tmp_path: Path) -> None:
    labelled = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
    row = checked(tmp_path, labelled, deployment("web", ON))["web"]
    assert (row.get("mesh"), row["expected"]) == (None, True)
