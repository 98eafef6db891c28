"""`meshctl overhead` from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app

MESH = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: bank, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 2
  template:
    metadata:
      annotations: {sidecar.istio.io/proxyCPU: 100m, sidecar.istio.io/proxyMemory: 64Mi}
    spec:
      containers: [{name: cart, image: cart, resources: {requests: {cpu: 300m, memory: 64Mi}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, namespace: shop}
spec:
  template:
    spec: {containers: [{name: orders, image: orders}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger, namespace: bank}
spec:
  replicas: 5
  template:
    metadata:
      annotations:
        sidecar.istio.io/proxyCPU: "1"
        sidecar.istio.io/proxyMemory: 2Gi
        sidecar.istio.io/proxyCPULimit: "1"
        sidecar.istio.io/proxyMemoryLimit: 1Gi
    spec: {containers: [{name: ledger, image: ledger}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  http: [{timeout: 5s, route: [{destination: {host: cart.shop.svc.cluster.local}}]}]
"""
NODES = "".join(f"---\napiVersion: v1\nkind: Node\nmetadata: {{name: n{i}}}\n" for i in range(3))


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def run(text: str, *arguments: str) -> tuple[int, dict[str, Any]]:
        file = tmp_path / "mesh.yaml"
        file.write_text(text)
        done = CliRunner().invoke(
            app,
            ["overhead", *arguments, "-f", str(file), "--no-config", "--no-cache", "-o", "json"],
            standalone_mode=False,
        )
        assert done.exception is None, done.output
        return done.return_value, json.loads(done.stdout)

    return run


def test_rows_largest_first_with_the_amounts_of_all_pods(run: Any) -> None:
    _, report = run(MESH)
    rows = report["overhead"]
    assert [row["resource"]["name"] for row in rows] == ["ledger", "cart", "orders"]
    ledger, cart, orders = rows
    assert (ledger["pods"], ledger["cpuRequest"], ledger["memoryLimit"]) == (5, 5000, 5 * 1024**3)
    assert (cart["cpuRequest"], cart["memoryRequest"], cart["cpuLimit"]) == (200, 2 * 64 * 1024**2, None)
    assert cart["share"] == {"cpu": 0.25, "memory": 0.5}
    assert (cart["source"], orders["source"]) == ("annotations", "assumed defaults")
    assert (orders["native"], orders["init"]) == (None, None)


def test_totals_add_up(run: Any) -> None:
    _, report = run(MESH)
    for total in report["overheadByNamespace"]:
        rows = [row for row in report["overhead"] if row["namespace"] == total["namespace"]]
        assert total["workloads"] == len(rows) > 0
        for key in ("pods", "cpuRequest", "memoryRequest", "cpuLimit", "memoryLimit"):
            assert total[key] == sum(row[key] or 0 for row in rows), key
    shop = next(total for total in report["overheadByNamespace"] if total["namespace"] == "shop")
    assert (shop["podsWithoutRequest"], shop["podsWithoutLimit"]) == (0, 2)


def test_only_checks_of_overhead_run_and_decide_the_exit_code(run: Any) -> None:
    code, report = run(MESH)
    found = {(finding["code"], finding["resource"]["name"]) for finding in report["findings"]}
    assert {code for code, _ in found} == {"MSH102", "MSH105"}
    assert ("MSH105", "ledger") in found
    assert code == 1


def test_a_namespace_limits_rows_and_findings(run: Any) -> None:
    code, report = run(MESH, "shop")
    assert {row["namespace"] for row in report["overhead"]} == {"shop"}
    assert {finding["resource"]["namespace"] for finding in report["findings"]} == {"shop"}
    assert code == 0
    assert run(MESH, "-n", "shop")[1]["overheadByNamespace"] == report["overheadByNamespace"]
    assert run(MESH, "shop", "-A")[1]["overhead"] == run(MESH)[1]["overhead"] != report["overhead"]


def test_ambient_is_measured_figures_with_their_source(run: Any) -> None:
    _, report = run(MESH)
    by = {row["component"]: row for row in report["overheadAmbient"]}
    assert (by["sidecar"]["pods"], by["sidecar"]["memory"]) == (8, 8 * 60_000_000)
    assert (by["ztunnel"]["pods"], by["ztunnel"]["memory"]) == (None, None)
    assert (by["waypoint"]["namespace"], by["waypoint"]["because"]) == ("shop", ["VirtualService shop/cart"])
    assert all(row["istioVersion"] == "1.24" and row["source"].startswith("https://istio.io/") for row in by.values())
    _, report = run(MESH + NODES)
    ztunnel = next(row for row in report["overheadAmbient"] if row["component"] == "ztunnel")
    assert (ztunnel["pods"], ztunnel["memory"]) == (3, 3 * 12_000_000)


def test_no_sidecars_no_rows(run: Any) -> None:
    code, report = run("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    assert (code, report["overhead"], report["overheadByNamespace"], report["overheadAmbient"]) == (0, [], [], [])
