"""The test API server answers as a real one did whose answers were recorded."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apiserver import ADMIN, ApiServer, Rule, User, tokens
from tests.apiserver.client import Reply, ask

RECORDED = Path(__file__).parents[2].parent / "shared" / "api-captures"
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not here")
TOKENS = {"admintoken": "admin-token", "limited": "limited-token", "wrong": "wrong"}
LIMITED = User("limited", (Rule(("pods",), ("",), ("list", "get"), ("ns-0",)),))
# What was sent with the recorded POSTs.
BODIES = {
    "self-subject-access-review-allowed": {"resourceAttributes": {"verb": "list", "resource": "pods"}},
    "self-subject-access-review-denied": {"resourceAttributes": {"verb": "list", "resource": "pods"}},
    "self-subject-rules": {"namespace": "ns-0"},
}
LISTS = (
    "allowed-namespaced pods-page-1 pods-page-2 pods-namespaced virtualservices-page-1 virtualservices-old-version "
    "missing-namespace-is-an-empty-list secrets-metadata pods-metadata"
)
SAME = (
    "unauthorized forbidden-cluster forbidden-crd forbidden-namespaced missing-crd metrics-api-absent "
    "pods-bad-continue pods-expired-continue"
)


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return found


def objects() -> Iterator[dict[str, Any]]:
    """Those of the recorded pages, and enough others that lists go on."""
    for name in ("pods-page-1", "pods-page-2", "pods-namespaced"):
        for item in recorded(name)["body"]["items"]:
            yield {"apiVersion": "v1", "kind": "Pod", **item}
    yield from recorded("virtualservices-page-1")["body"]["items"]
    for number in range(9):
        metadata = {"name": f"other-{number}", "namespace": "ns-9"}
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {}}
        yield {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": metadata, "spec": {}}


@pytest.fixture(scope="module")
def server() -> Iterator[ApiServer]:
    without = ("gateway.networking.k8s.io", "metrics.k8s.io")
    with ApiServer(objects(), users=(ADMIN, LIMITED), without=without) as running:
        running.api.store.revision = 16941
        running.api.oldest = 16941  # The recorded token of revision 16940 has expired, ours have not.
        yield running


def replay(server: ApiServer, name: str) -> tuple[dict[str, Any], Reply]:
    """The recorded answer and ours."""
    was = recorded(name)
    request = was["request"]
    body = {"spec": BODIES[name]} if name in BODIES else None
    path = request["path"]
    if name == "pods-page-2":
        _, start = tokens.read(path.partition("continue=")[2])
        path = f"/api/v1/pods?limit=3&continue={tokens.write(16941, start.removesuffix(chr(0)))}"
    now = ask(server, path, TOKENS[request["token"]], method=request["method"], accept=request["accept"], body=body)
    return was, now


@pytest.mark.parametrize("file", sorted(RECORDED.glob("*.json")), ids=lambda file: file.stem)
def test_status_and_headers(server: ApiServer, file: Path) -> None:
    was, now = replay(server, file.stem)
    if file.stem == "pod-proxy-no-node":
        assert now.status == 503, "this pod runs somewhere, and nobody listens"
        return
    assert now.status == was["status"]
    for header in ("Cache-Control", "Content-Type"):
        assert now.headers[header] == was["headers"][header]
    assert ("X-Kubernetes-Pf-Flowschema-Uid" in was["headers"]) <= ("X-Kubernetes-Pf-Flowschema-Uid" in now.headers)


@pytest.mark.parametrize("name", SAME.split())
def test_refusals_word_for_word(server: ApiServer, name: str) -> None:
    was, now = replay(server, name)
    assert now.body == was["body"]


@pytest.mark.parametrize("name", LISTS.split())
def test_lists(server: ApiServer, name: str) -> None:
    was, now = replay(server, name)
    before, after = was["body"], now.body
    assert list(after) == list(before), "also in this order: readers that stop early rely on it"
    assert {k: v for k, v in after.items() if k not in ("metadata", "items")} == {
        k: v for k, v in before.items() if k not in ("metadata", "items")
    }
    assert after["metadata"].keys() == before["metadata"].keys()
    if "continue" in before["metadata"]:
        assert tokens.read(after["metadata"]["continue"])[1] == tokens.read(before["metadata"]["continue"])[1]
    assert bool(after["items"]) is bool(before["items"]) and type(after["items"]) is type(before["items"])
    for old, new in zip(before["items"] or (), after["items"] or (), strict=True):
        assert new["metadata"].keys() == old["metadata"].keys()
        for item in (old, new):
            for field in ("managedFields", "resourceVersion"):
                del item["metadata"][field]
        assert new == old


def test_tables(server: ApiServer) -> None:
    was, now = replay(server, "pods-table")
    before, after = was["body"], now.body
    assert list(after) == list(before)
    names = [column["name"] for column in before["columnDefinitions"] if not column["priority"]]
    assert [column["name"] for column in after["columnDefinitions"]] == names
    assert after["columnDefinitions"][0].keys() == before["columnDefinitions"][0].keys()
    old, new = before["rows"][0], after["rows"][0]
    assert new.keys() == old.keys() and new["object"].keys() == old["object"].keys()
    assert new["cells"][:4] == old["cells"][:4]


@pytest.mark.parametrize("name", ["self-subject-access-review-allowed", "self-subject-access-review-denied"])
def test_access_reviews(server: ApiServer, name: str) -> None:
    was, now = replay(server, name)
    assert now.body["status"] == was["body"]["status"]
    assert now.body["spec"] == was["body"]["spec"] and now.body.keys() == was["body"].keys()


def test_rules_review(server: ApiServer) -> None:
    was, now = replay(server, "self-subject-rules")
    assert now.body.keys() == was["body"].keys() and now.body["spec"] == {}
    assert now.body["status"]["resourceRules"] == was["body"]["status"]["resourceRules"]
    assert now.body["status"]["incomplete"] is False


@pytest.mark.parametrize("name", ["api-v1", "apps-v1", "istio-networking-v1", "istio-security-v1"])
def test_resources_of_a_version(server: ApiServer, name: str) -> None:
    was, now = replay(server, name)
    assert list(now.body) == list(was["body"])
    before = {entry["name"]: entry for entry in was["body"]["resources"]}
    assert {entry["name"] for entry in now.body["resources"]} <= before.keys()
    for entry in now.body["resources"]:
        same_but_for_decoration(before[entry["name"]], entry)


def same_but_for_decoration(before: dict[str, Any], after: dict[str, Any]) -> None:
    """The fields of our entry are those of the recorded one; verbs in any order."""
    for field, value in after.items():
        if field == "verbs":
            assert sorted(value) == sorted(before[field])
        elif field != "subresources":
            assert value == before[field], (before, field)


def test_group(server: ApiServer) -> None:
    was, now = replay(server, "istio-networking-group")
    assert now.body == was["body"]


def test_groups(server: ApiServer) -> None:
    was, now = replay(server, "apis")
    before = {group["name"]: group for group in was["body"]["groups"]}
    for group in now.body["groups"]:
        assert group == before[group["name"]]
    _, api = replay(server, "api")
    assert list(api.body) == list(recorded("api")["body"])


@pytest.mark.parametrize("name", ["api-aggregated", "apis-aggregated"])
def test_aggregated_discovery(server: ApiServer, name: str) -> None:
    was, now = replay(server, name)
    before = {
        (group["metadata"].get("name"), version["version"], resource["resource"]): resource
        for group in was["body"]["items"]
        for version in group["versions"]
        for resource in version["resources"]
    }
    for group in now.body["items"]:
        for version in group["versions"]:
            assert version["freshness"] == "Current"
            for resource in version["resources"]:
                same_but_for_decoration(
                    before[group["metadata"].get("name"), version["version"], resource["resource"]], resource
                )


def test_version(server: ApiServer) -> None:
    was, now = replay(server, "version")
    assert {field: now.body[field] for field in ("major", "minor")} == {"major": "1", "minor": "36"}
    assert now.body.keys() <= was["body"].keys()
