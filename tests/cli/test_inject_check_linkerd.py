"""`meshctl inject-check` where Linkerd decides."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app

PLACES = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: tools}
"""
ISTIO = """
---
apiVersion: v1
kind: Namespace
metadata: {name: market, labels: {istio-injection: enabled}}
"""


def deployment(name: str, place: str = "shop", **spec: Any) -> str:
    containers = spec.pop("containers", [{"name": "app", "image": "app"}])
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers, **spec}}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": place}}
    return f"\n---\n{json.dumps({**body, 'spec': {'template': template}})}\n"


def pod(name: str, of: str, proxy: str = "") -> str:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{of}-5d4f", "uid": "1", "controller": True}
    metadata: dict[str, Any] = {"name": name, "namespace": "shop", "ownerReferences": [owner]}
    metadata["labels"] = {"pod-template-hash": "5d4f", "app": of}
    spec: dict[str, Any] = {"containers": [{"name": "app", "image": "app"}]}
    if proxy:
        spec[proxy] = [*spec.get(proxy, ()), {"name": "linkerd-proxy", "image": "proxy", "restartPolicy": "Always"}]
    body = {"metadata": metadata, "spec": spec, "status": {"phase": "Running"}}
    return f"\n---\n{json.dumps({'apiVersion': 'v1', 'kind': 'Pod', **body})}\n"


def check(folder: Path, text: str, *arguments: str) -> Any:
    file = folder / "mesh.yaml"
    file.write_text(text)
    command = ["inject-check", "-A", "-f", str(file), "--no-config", "--no-cache", *arguments]
    done = CliRunner().invoke(app, command, standalone_mode=False)
    assert done.exception is None, done.output
    return json.loads(done.stdout) if "json" in arguments else done.stdout


def rows(report: Any) -> dict[str, Any]:
    return {row["resource"]["name"]: row for row in report["workloads"]}


def test_a_row_has_the_mesh_and_what_decides(tmp_path: Path) -> None:
    pods = pod("web-5d4f-a", "web", "initContainers") + pod("web-5d4f-b", "web")
    report = check(tmp_path, PLACES + deployment("web") + pods, "-o", "json")
    row = rows(report)["web"]
    assert row.pop("resource")["namespace"] == "shop"
    assert row == {
        "mesh": "Linkerd",
        "expected": True,
        "actual": False,
        "webhooks": ["linkerd-proxy-injector-webhook-config/linkerd-proxy-injector.linkerd.io"],
        "revision": "",
        "reason": "Namespace shop has linkerd.io/inject: enabled. 1 of its 2 pods has a proxy.",
        "fix": "Restart it: kubectl rollout restart deployment/web -n shop.",
        "pods": {"total": 2, "withProxy": 1},
        "ambient": False,
        "assumed": True,
    }
    assert [(f["code"], f["resource"]["name"]) for f in report["findings"]] == [("LKD103", "web-5d4f-b")]


@pytest.mark.parametrize(
    ("workload", "expected", "fix"),
    [
        (
            deployment("a", "tools"),
            False,
            "kubectl annotate namespace tools linkerd.io/inject=enabled, then restart it",
        ),
        (deployment("a", hostNetwork=True), False, "None is possible"),
        (deployment("a", containers=[{"name": "istio-proxy", "image": "auto"}]), False, "Remove that container"),
        (deployment("a", containers=[{"name": "linkerd-proxy", "image": "proxy"}]), True, ""),
    ],
)
def test_why_not_and_what_to_do(tmp_path: Path, workload: str, expected: bool, fix: str) -> None:
    row = rows(check(tmp_path, PLACES + workload, "-o", "json"))["a"]
    assert (row["mesh"], row["expected"]) == ("Linkerd", expected)
    assert fix in row["fix"] and bool(fix) == bool(row["fix"])


def test_each_workload_is_of_the_mesh_that_decides(tmp_path: Path) -> None:
    text = PLACES + ISTIO + deployment("web") + deployment("till", "market") + deployment("grep", "tools")
    found = rows(check(tmp_path, text, "-o", "json"))
    assert {name: row.get("mesh") for name, row in found.items()} == {"web": "Linkerd", "till": None, "grep": None}
    shown = check(tmp_path, text)
    assert [line.split()[-2:] for line in shown.splitlines() if "Deployment shop/web " in line] == [
        ["Linkerd", "linkerd-proxy-injector-webhook-config"]
    ]
    assert "MESH" not in check(tmp_path, ISTIO + deployment("till", "market"))
