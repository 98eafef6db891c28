"""`meshctl overhead` counts Linkerd's proxies before there is any: annotations go before the installation."""

import json
from pathlib import Path
from typing import Any

from tests.cli.command import ROOT, inside

MESH = """apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/proxy-memory-request: 40Mi}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data:
  values: |
    linkerdVersion: edge-26.8.1
    proxy:
      nativeSidecar: true
      resources:
        cpu: {request: 30m, limit: ""}
        memory: {request: 20Mi, limit: 250Mi}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  template:
    metadata:
      labels: {app: web}
      annotations: {ANNOTATIONS}
    spec:
      containers: [{name: web, image: "web:1", resources: {requests: {cpu: 90m, memory: 80Mi}}}]
"""


def rows(tmp_path: Path, annotations: str) -> list[dict[str, Any]]:
    (tmp_path / "mesh.yaml").write_text(MESH.replace("ANNOTATIONS", annotations))
    done = inside("overhead", "-f", str(tmp_path / "mesh.yaml"), "--no-config", "-o", "json")
    return json.loads(done.out)["overhead"]  # type: ignore[no-any-return]


def test_the_namespace_goes_before_the_installation(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "")
    assert (row["proxy"], row["pods"], row["counted"], row["native"]) == ("linkerd-proxy", 3, "replicas", True)
    assert (row["cpuRequest"], row["memoryRequest"]) == (3 * 30, 3 * 40 * 1024**2)
    assert (row["cpuLimit"], row["memoryLimit"], row["source"]) == (None, 3 * 250 * 1024**2, "annotations")
    assert row["share"] == {"cpu": 0.25, "memory": 0.333}


def test_the_pod_goes_before_the_namespace(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "config.linkerd.io/proxy-memory-request: 1Gi, config.linkerd.io/proxy-cpu-limit: '1'")
    assert (row["memoryRequest"], row["cpuRequest"], row["cpuLimit"]) == (3 * 1024**3, 3 * 30, 3 * 1000)


def test_who_gets_none_costs_nothing(tmp_path: Path) -> None:
    assert rows(tmp_path, "linkerd.io/inject: disabled") == []


def test_pods_that_run_tell_more_than_the_template() -> None:
    """Their containers state nothing, whatever a new pod would get."""
    done = inside("overhead", "-f", str(ROOT / "fixtures/meshes/linkerd-cluster"), "--no-config", "-o", "json")
    found = {row["resource"]["name"]: row for row in json.loads(done.out)["overhead"]}
    assert {name: (row["pods"], row["counted"], row["source"]) for name, row in found.items()} == {
        "web": (2, "pods", "container"),
        "cart": (2, "pods", "container"),
        "books": (1, "pods", "container"),
    }
