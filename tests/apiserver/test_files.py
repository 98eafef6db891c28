"""A mesh in files, served as a cluster, is the same mesh."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kubernetes import client, config

from bench.generate import generate
from meshctl.sources.files import read_files
from tests.apiserver import ApiServer
from tests.apiserver.client import Client

ROOT = Path(__file__).parents[2]
ADDED = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields")


def plain(item: dict[str, Any], api_version: str, kind: str) -> dict[str, Any]:
    """An item of a list as somebody wrote it."""
    metadata = {key: value for key, value in item["metadata"].items() if key not in ADDED}
    return {"apiVersion": api_version, "kind": kind, **item, "metadata": metadata}


def test_every_object_comes_back_as_it_was(api_server: Callable[..., ApiServer], tmp_path: Path) -> None:
    generate(tmp_path, 200)
    resources = read_files([str(tmp_path)]).resources
    server = api_server(resource.data for resource in resources)
    back: list[dict[str, Any]] = []
    with Client(server) as asking:
        paths = ["/api/v1"]
        for group in asking.ask("/apis").body["groups"]:
            paths.append(f"/apis/{group['preferredVersion']['groupVersion']}")
        for path in paths:
            for each in asking.ask(path).body["resources"]:
                if "list" in each["verbs"] and "/" not in each["name"]:
                    listed = asking.ask(f"{path}/{each['name']}?limit=500").body
                    version = listed["apiVersion"]
                    back += [plain(item, version, each["kind"]) for item in listed["items"]]

    def key(data: dict[str, Any]) -> tuple[str, ...]:
        return data["kind"], data["metadata"].get("namespace", ""), data["metadata"]["name"]

    assert len(back) > 150
    assert sorted(back, key=key) == sorted((dict(resource.data) for resource in resources), key=key)


def test_served_by_a_process_of_its_own(tmp_path: Path) -> None:
    manifest = tmp_path / "pod.yaml"
    manifest.write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: []}\n")
    path = tmp_path / "config"
    command = [sys.executable, "-m", "tests.apiserver", str(manifest), "--kubeconfig", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        assert "is context test of" in process.stdout.readline()
        with config.new_client_from_config(str(path)) as api:
            assert [
                pod.metadata and pod.metadata.name for pod in client.CoreV1Api(api).list_pod_for_all_namespaces().items
            ] == ["web"]
        process.stdin.close()
        assert process.wait(10) == 0
