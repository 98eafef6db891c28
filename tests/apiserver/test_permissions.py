"""Who may read what, how users prove who they are, and what is remembered of their requests."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apiserver import ADMIN, ApiServer, Rule, User, user_from_roles
from tests.apiserver.client import ask
from tests.apiserver.given import mesh, pod

Start = Callable[..., ApiServer]
REVIEWS = "/apis/authorization.k8s.io/v1"
ROLE = {
    "kind": "Role",
    "metadata": {"name": "reader", "namespace": "ns-0"},
    "rules": [{"apiGroups": ["networking.istio.io"], "resources": ["virtualservices"], "verbs": ["list"]}],
}
CLUSTER_ROLE = {
    "kind": "ClusterRole",
    "metadata": {"name": "pods"},
    "rules": [{"apiGroups": [""], "resources": ["pods"], "resourceNames": ["app-0"], "verbs": ["get"]}],
}


def test_roles_bind_to_places_and_names(api_server: Start) -> None:
    server = api_server(mesh(), users=[user_from_roles("dev", [ROLE, CLUSTER_ROLE])])
    path = "/apis/networking.istio.io/v1/{}virtualservices"
    assert ask(server, path.format("namespaces/ns-0/"), "dev-token").status == 200
    assert ask(server, path.format("namespaces/ns-1/"), "dev-token").status == 403
    assert ask(server, path.format(""), "dev-token").status == 403
    assert ask(server, "/api/v1/namespaces/ns-1/pods/app-0", "dev-token").status == 200
    refused = ask(server, "/api/v1/namespaces/ns-1/pods/app-1", "dev-token")
    assert refused.body["message"] == (
        'pods "app-1" is forbidden: User "dev" cannot get resource "pods" in API group "" in the namespace "ns-1"'
    )
    assert server.permissions_used == {("list", "networking.istio.io", "virtualservices"), ("get", "", "pods")}


def test_cluster_role_bound_in_namespaces() -> None:
    user = user_from_roles("dev", [CLUSTER_ROLE], namespaces=("ns-1",))
    assert user.rules == (Rule(("pods",), ("",), ("get",), ("ns-1",), ("app-0",)),)


def test_nobody_may_see_the_version_and_no_more(api_server: Start) -> None:
    server = api_server(mesh())
    assert ask(server, "/version", token="").body["major"] == "1"
    assert ask(server, "/apis", token="").body["message"] == (
        'forbidden: User "system:anonymous" cannot get path "/apis"'
    )
    assert ask(server, "/api/v1/pods", token="").status == 403
    assert ask(server, "/version", token="wrong").status == 401


def test_rules_need_a_namespace(api_server: Start) -> None:
    server = api_server(users=[User("dev", (Rule(("pods",), ("",), ("list",), ("ns-0",)),))])
    path = f"{REVIEWS}/selfsubjectrulesreviews"
    elsewhere = ask(server, path, "dev-token", method="POST", body={"spec": {"namespace": "ns-1"}})
    assert [rule["resources"] for rule in elsewhere.body["status"]["resourceRules"]] == [
        ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        ["selfsubjectreviews"],
    ]
    assert ask(server, path, "dev-token", method="POST", body={"spec": {}}).status == 400


@pytest.mark.parametrize(
    ("attributes", "allowed"),
    [
        ({"verb": "get", "resource": "pods", "subresource": "proxy", "namespace": "ns-0"}, True),
        ({"verb": "create", "resource": "pods", "subresource": "proxy", "namespace": "ns-0"}, False),
        ({"verb": "get", "resource": "pods", "namespace": "ns-0"}, False),
    ],
)
def test_access_to_parts_of_pods(api_server: Start, attributes: dict[str, str], allowed: bool) -> None:
    server = api_server(users=[User("dev", (Rule(("pods/proxy",), ("",), ("get",), ("ns-0",)),))])
    asked: dict[str, Any] = {"spec": {"resourceAttributes": attributes}}
    reply = ask(server, f"{REVIEWS}/selfsubjectaccessreviews", "dev-token", method="POST", body=asked)
    assert (reply.status, reply.body["status"]["allowed"]) == (201, allowed)


def test_certificates_name_the_user(api_server: Start, tmp_path: Path) -> None:
    from kubernetes import client, config

    server = api_server(mesh(), users=[ADMIN, User("dev")])
    path = server.kubeconfig(tmp_path / "config", auth="certificate")
    server.kubeconfig(path, user="dev", context="dev", auth="certificate")
    server.kubeconfig(path, context="plug-in", auth="exec")
    for context, status in {"test": 200, "dev": 403, "plug-in": 200}.items():
        with config.new_client_from_config(str(path), context) as api:
            try:
                answered = len(client.CoreV1Api(api).list_namespaced_pod("ns-1").items) and 200
            except client.ApiException as error:
                answered = error.status
            assert answered == status, context
    assert [request.user for request in server.requests] == ["admin", "dev", "admin"]


def test_other_servers_are_not_trusted(api_server: Start, tmp_path: Path) -> None:
    one, other = api_server(name="one"), api_server(name="other")
    other.ca = one.ca
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(other, "/version")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_changes_are_refused_and_remembered(method: str) -> None:
    path = "/api/v1/namespaces/ns-0/pods"
    with ApiServer(mesh(), writes_expected=True) as server:
        assert ask(server, path, method=method, body=pod("new")).status == 405
        assert len(ask(server, path).body["items"]) == 4
        assert [request.method for request in server.unexpected] == [method]


def test_watching_is_remembered_too() -> None:
    with ApiServer(writes_expected=True) as server:
        assert ask(server, "/api/v1/pods?watch=true").status == 405
        assert [request.verb for request in server.unexpected] == ["watch"]


def test_changes_fail_the_test_that_made_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.apiserver import UNEXPECTED

    with pytest.raises(AssertionError, match="could change something"), ApiServer() as server:
        ask(server, "/api/v1/namespaces/ns-0", method="DELETE")
    assert [request.verb for request in UNEXPECTED] == ["delete"]
    UNEXPECTED.clear()


def test_record(api_server: Start) -> None:
    server = api_server(mesh())
    ask(server, "/api/v1/namespaces/ns-0/pods?limit=2&limit=3", accept="application/json;q=0.9")
    (request,) = server.requests
    assert (request.verb, request.group, request.resource, request.namespace) == ("list", "", "pods", "ns-0")
    assert (request.method, request.path, request.user) == ("GET", "/api/v1/namespaces/ns-0/pods", "admin")
    assert request.query == {"limit": "3"} and request.repeated("limit") == ["2", "3"]
    assert request.accept == "application/json;q=0.9" and request.status == 200 and request.sent > 500
