"""Lists in pages, in one namespace or all, narrowed, and in several forms."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.apiserver import ApiServer
from tests.apiserver.client import Client, ask
from tests.apiserver.given import mesh, pod, virtual_service

Start = Callable[..., ApiServer]


def pages(server: ApiServer, path: str, limit: int) -> Iterator[list[str]]:
    """The names of each page of a list."""
    token = ""
    with Client(server) as client:
        while True:
            body = client.ask(f"{path}?limit={limit}&continue={token}").body
            yield [f"{item['metadata']['namespace']}/{item['metadata']['name']}" for item in body["items"]]
            token = body["metadata"].get("continue", "")
            if not token:
                return


def test_pages_are_the_list_in_order(api_server: Start) -> None:
    objects = list(mesh(pods=5))
    random.Random(1).shuffle(objects)
    server = api_server(objects)
    everything = [f"ns-{n}/app-{m}" for n in range(2) for m in range(5)]
    assert list(pages(server, "/api/v1/pods", 4)) == [everything[:4], everything[4:8], everything[8:]]
    assert list(pages(server, "/api/v1/namespaces/ns-1/pods", 5)) == [everything[5:]]
    assert list(pages(server, "/api/v1/namespaces/ns-1/pods", 3)) == [everything[5:8], everything[8:]]
    assert list(pages(server, "/api/v1/pods", 0)) == [everything]


def test_namespace_is_not_a_prefix(api_server: Start) -> None:
    server = api_server([pod("a", "ns"), pod("b", "ns-0"), pod("c", "ns0"), pod("d", "ns.x")])
    assert list(pages(server, "/api/v1/namespaces/ns/pods", 9)) == [["ns/a"]]


def test_remaining_items_are_counted_unless_narrowed(api_server: Start) -> None:
    server = api_server(mesh())
    metadata = ask(server, "/api/v1/pods?limit=3").body["metadata"]
    assert metadata["remainingItemCount"] == 5
    narrowed = ask(server, "/api/v1/pods?limit=3&labelSelector=app%3Dweb").body["metadata"]
    assert "remainingItemCount" not in narrowed and narrowed["continue"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("labelSelector=app=web", ["a"]),
        ("labelSelector=app!=web", ["b", "c"]),
        ("labelSelector=app in (web, api),tier", ["b"]),
        ("labelSelector=app notin (web)", ["b", "c"]),
        ("labelSelector=!app", ["c"]),
        ("fieldSelector=metadata.name=b", ["b"]),
        ("fieldSelector=metadata.namespace=ns-0,metadata.name!=b", ["a", "c"]),
        ("fieldSelector=spec.nodeName=", ["a", "b", "c"]),
        ("fieldSelector=status.phase=Running", []),
    ],
)
def test_selectors(api_server: Start, query: str, expected: list[str]) -> None:
    server = api_server([pod("a", app="web"), pod("b", app="api", tier="back"), pod("c")])
    found = ask(server, "/api/v1/pods?" + query.replace(" ", "%20")).body["items"]
    assert [item["metadata"]["name"] for item in found] == expected


def test_tokens_expire_and_the_fresh_one_goes_on(api_server: Start) -> None:
    server = api_server(mesh())
    first = ask(server, "/api/v1/pods?limit=3").body
    server.expire_tokens()
    refused = ask(server, f"/api/v1/pods?limit=3&continue={first['metadata']['continue']}")
    assert refused.status == 410 and refused.body["reason"] == "Expired"
    rest = ask(server, f"/api/v1/pods?continue={refused.body['metadata']['continue']}").body
    assert [item["metadata"]["name"] for item in rest["items"]] == ["app-3", "app-0", "app-1", "app-2", "app-3"]


def test_old_versions_show_the_same_objects(api_server: Start) -> None:
    server = api_server([virtual_service("routes")], versions={"networking.istio.io": ("v1beta1", "v1alpha3")})
    assert ask(server, "/apis/networking.istio.io/v1/virtualservices").status == 404
    listed = ask(server, "/apis/networking.istio.io/v1beta1/virtualservices").body
    assert listed["apiVersion"] == listed["items"][0]["apiVersion"] == "networking.istio.io/v1beta1"
    group = ask(server, "/apis/networking.istio.io").body
    assert group["preferredVersion"]["version"] == "v1beta1"


def test_groups_can_be_absent(api_server: Start) -> None:
    server = api_server(without=("gateway.networking.k8s.io",))  # Instead of metrics.k8s.io, which is so by default.
    reply = ask(server, "/apis/gateway.networking.k8s.io/v1/httproutes")
    assert (reply.status, reply.body) == (404, "404 page not found\n")
    names = [group["name"] for group in ask(server, "/apis").body["groups"]]
    assert "networking.istio.io" in names and "gateway.networking.k8s.io" not in names
    assert ask(server, "/apis/metrics.k8s.io/v1beta1/pods").body["items"] == []


def test_kinds_that_nobody_knows_are_served(api_server: Start) -> None:
    issuer: dict[str, Any] = {"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": {"name": "ca"}}
    server = api_server([issuer])
    assert [i["kind"] for i in ask(server, "/apis/cert-manager.io/v1/issuers").body["items"]] == ["Issuer"]
    resources = ask(server, "/apis/cert-manager.io/v1").body["resources"]
    assert resources[0]["name"] == "issuers" and resources[0]["namespaced"]


def test_objects_without_a_name_are_refused() -> None:
    with pytest.raises(ValueError, match="without a name"):
        ApiServer([{"apiVersion": "v1", "kind": "Pod", "metadata": {}}])


def test_single_objects(api_server: Start) -> None:
    server = api_server(mesh())
    found = ask(server, "/api/v1/namespaces/ns-0/pods/app-1").body
    assert (found["kind"], found["apiVersion"], found["spec"]) == ("Pod", "v1", pod("app-1")["spec"])
    assert found["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"]["f:containers"]
    assert ask(server, "/api/v1/namespaces/ns-0").body["kind"] == "Namespace"
    missing = ask(server, "/apis/networking.istio.io/v1/namespaces/ns-0/virtualservices/nope")
    assert missing.status == 404
    assert missing.body["message"] == 'virtualservices.networking.istio.io "nope" not found'


def test_long_answers_are_packed_for_whom_it_suits(api_server: Start) -> None:
    server = api_server(pod(f"app-{number}") for number in range(500))
    with Client(server) as client:
        plain = client.ask("/api/v1/pods")
        assert "Content-Encoding" not in plain.headers
        assert len(plain.body["items"]) == 500
        client._connection.request("GET", "/api/v1/pods", headers={**client._headers, "Accept-Encoding": "gzip"})
        packed = client._connection.getresponse()
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.read()) < int(plain.headers["Content-Length"]) / 5


def test_changes_while_it_runs(api_server: Start) -> None:
    server = api_server(mesh(1))
    server.put(pod("new"))
    server.put(pod("app-0", changed="yes"))
    items = ask(server, "/api/v1/namespaces/ns-0/pods").body["items"]
    assert [item["metadata"]["name"] for item in items] == ["app-0", "new"]
    assert items[0]["metadata"]["labels"] == {"changed": "yes"}
