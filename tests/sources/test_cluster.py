"""Reading a live cluster: only what is asked for, page by page, and what cannot be read is named."""

from pathlib import Path

import pytest

from meshctl.model.result import Unread
from meshctl.sources.snapshot import Coverage
from tests.apiserver import Fault, Rule, User
from tests.sources.clusters import (
    CONFIG_MAP,
    HTTP_ROUTE,
    NAMESPACE,
    NODE,
    POD,
    SERVICE,
    SHOP,
    VIRTUAL_SERVICE,
    Start,
    coverage,
    ids,
    listed,
    pods,
    read,
    thing,
)


def test_only_the_kinds_that_are_asked_for_are_read(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SHOP)
    snapshot = read(tmp_path, server, kinds={SERVICE, VIRTUAL_SERVICE})
    assert ids(snapshot) == ["Service shop/web", "VirtualService shop/web"]
    assert listed(server) == {"/api/v1/services", "/apis/networking.istio.io/v1/virtualservices"}
    whole = frozenset({SERVICE, VIRTUAL_SERVICE})
    assert coverage(snapshot) == Coverage(whole=whole, inferred=False, version="v1.36.0")
    assert snapshot.inputs == ("context test",) and not snapshot.unread


def test_objects_are_as_files_have_them(tmp_path: Path, api_server: Start) -> None:
    note = {"kubectl.kubernetes.io/last-applied-configuration": "{}"}
    service = thing("Service", "web", spec={"ports": [{"port": 80}]})
    service["metadata"]["annotations"] = note
    (found,) = read(tmp_path, api_server([service]), kinds={SERVICE}).resources
    assert (found.data["apiVersion"], found.data["kind"], found.version) == ("v1", "Service", "v1")
    assert found.data["metadata"].keys() == {
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "generation",
    }
    assert found.locate(("spec",)) is None


def test_long_lists_come_in_pages(tmp_path: Path, api_server: Start) -> None:
    server = api_server(pods(1203))
    assert len(read(tmp_path, server, kinds={POD}).resources) == 1203
    asked = [request.query for request in server.requests if request.resource == "pods"]
    assert [query["limit"] for query in asked] == ["500"] * 3
    assert ["continue" in query for query in asked] == [False, True, True]
    assert not any("watch" in query for query in asked)


def test_a_list_that_expires_in_the_middle_is_read_again(tmp_path: Path, api_server: Start) -> None:
    server = api_server(pods(1203), faults=[Fault("pods", expired=True)])
    snapshot = read(tmp_path, server, kinds={POD})
    assert len(set(ids(snapshot))) == len(snapshot.resources) == 1203
    assert not snapshot.unread


def test_a_list_that_always_expires_is_given_up(tmp_path: Path, api_server: Start) -> None:
    server = api_server([*pods(600), *SHOP], faults=[Fault("pods", times=None, expired=True)])
    snapshot = read(tmp_path, server, kinds={POD, SERVICE})
    assert ids(snapshot) == ["Service shop/web"]
    assert snapshot.unread == (Unread("pods", "its list expired 3 times while it was read"),)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("services", status=429, retry_after=0),
        Fault("services", times=2, status=500),
        Fault("services", status=503, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
        Fault("services", cut=0.5),
        Fault("services", cut=0.5, reset=True),
        Fault("services", cut=0),
    ],
    ids=["429", "500 twice", "503 with a date", "cut", "reset", "no answer"],
)
def test_what_passes_is_tried_again(tmp_path: Path, api_server: Start, fault: Fault) -> None:
    snapshot = read(tmp_path, api_server(SHOP, faults=[fault]), kinds={SERVICE})
    assert ids(snapshot) == ["Service shop/web"] and not snapshot.unread
    assert fault.happened


def test_nobody_waits_longer_than_the_time_limit(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SHOP, faults=[Fault("services", times=None, status=429, retry_after=3600, message="too many")])
    snapshot = read(tmp_path, server, kinds={SERVICE, NAMESPACE}, timeout=5)
    assert ids(snapshot) == ["Namespace shop"]
    assert snapshot.unread == (Unread("services", "the server answers 429: too many"),)
    assert coverage(snapshot).unread.keys() == {SERVICE} and not coverage(snapshot).has_all([SERVICE])


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault("services", times=None, text=b"<html>gateway</html>"), "the answer is no list: JSON is malformed"),
        (Fault("services", times=None, truncate=0.5), "the answer is no list: Input data was truncated"),
        (
            Fault("services", times=None, text=b'{"items": [{"metadata": 7}]}'),
            "the answer has an object without a name",
        ),
        (
            Fault("services", times=None, text=b'{"items": [{"metadata": {"name": "web", "namespace": 7}}]}'),
            "the answer has an object in a namespace without a name",
        ),
        (Fault("services", times=None, text=b'{"items": 7}'), "the answer is no list"),
        (Fault("services", times=None, status=404, text=b"404 page not found"), "the server answers 404"),
        (Fault("services", times=None, cut=0.5), "the connection to https://127.0.0.1:"),
    ],
    ids=["html", "truncated", "no object", "no namespace", "no list", "not found", "cut"],
)
def test_an_answer_that_is_no_list_is_an_unread_kind(tmp_path: Path, api_server: Start, fault: Fault, why: str) -> None:
    snapshot = read(tmp_path, api_server(SHOP, faults=[fault]), kinds={SERVICE, NAMESPACE})
    assert ids(snapshot) == ["Namespace shop"]
    (unread,) = snapshot.unread
    assert unread.what == "services" and unread.why.startswith(why)


def test_a_forbidden_kind_is_unread_and_the_others_are_read(tmp_path: Path, api_server: Start) -> None:
    limited = User("limited", (Rule(("services",), ("",), ("list",)),))
    snapshot = read(tmp_path, api_server(SHOP, users=[limited]), user="limited", kinds={SERVICE, VIRTUAL_SERVICE})
    assert ids(snapshot) == ["Service shop/web"]
    (unread,) = snapshot.unread
    assert unread.what == "virtualservices.networking.istio.io"
    assert unread.why.startswith(
        'forbidden: virtualservices.networking.istio.io is forbidden: User "limited" cannot list'
    )
    assert coverage(snapshot).unread.keys() == {VIRTUAL_SERVICE}


def test_what_is_not_installed_is_known_not_to_exist(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SHOP, without=["gateway.networking.k8s.io"])
    snapshot = read(tmp_path, server, kinds={SERVICE, HTTP_ROUTE})
    assert coverage(snapshot).has_all([HTTP_ROUTE]) and not snapshot.unread


def test_an_old_installation_is_read_in_its_own_version(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SHOP, versions={"networking.istio.io": ("v1alpha3",)})
    (found,) = read(tmp_path, server, kinds={VIRTUAL_SERVICE}).resources
    assert (found.version, found.data["apiVersion"]) == ("v1alpha3", "networking.istio.io/v1alpha3")


def test_servers_without_aggregated_discovery_are_asked_group_by_group(
    tmp_path: Path, api_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An old server does not know the type that we would rather have, and answers with the other.
    monkeypatch.setattr("meshctl.sources.cluster.discovery._AGGREGATED", "application/json")
    server = api_server(SHOP)
    assert ids(read(tmp_path, server, kinds={SERVICE, VIRTUAL_SERVICE})) == [
        "Service shop/web",
        "VirtualService shop/web",
    ]


def test_with_a_namespace_it_and_istios_own_are_read(tmp_path: Path, api_server: Start) -> None:
    objects = [
        *SHOP,
        thing("Service", "istiod", "istio-system"),
        thing("Service", "other", "other"),
        thing("Node", "n", ""),
    ]
    server = api_server(objects)
    snapshot = read(tmp_path, server, kinds={SERVICE, NODE}, namespace="shop")
    assert ids(snapshot) == ["Node n", "Service istio-system/istiod", "Service shop/web"]
    assert coverage(snapshot).has_all([SERVICE], "shop") and not coverage(snapshot).has_all([SERVICE], "other")
    assert coverage(snapshot).has_all([NODE])


def test_what_is_for_the_whole_mesh_is_read_where_the_mesh_says_it_is(tmp_path: Path, api_server: Start) -> None:
    mesh = thing("ConfigMap", "istio", "istio-system", data={"mesh": "rootNamespace: config\n"})
    services = [thing("Service", "web", place) for place in ("shop", "config", "other")]
    snapshot = read(tmp_path, api_server([mesh, *services]), kinds={SERVICE, CONFIG_MAP}, namespace="shop")
    assert ids(snapshot) == ["ConfigMap istio-system/istio", "Service config/web", "Service shop/web"]
    assert coverage(snapshot).within.keys() == {"shop", "istio-system", "config"} and not snapshot.unread


def test_a_role_in_one_namespace_is_enough(tmp_path: Path, api_server: Start) -> None:
    rules = (
        Rule(("services",), ("",), ("list",), ("shop",)),
        Rule(("namespaces",), ("",), ("get",), ("shop",)),
    )
    server = api_server([*SHOP, thing("Node", "n", "")], users=[User("limited", rules)])
    kinds = {SERVICE, NAMESPACE, NODE}
    snapshot = read(tmp_path, server, user="limited", kinds=kinds, namespace="shop")
    assert ids(snapshot) == ["Namespace shop", "Service shop/web"]
    assert not snapshot.unread, "what is beyond a namespace is no loss to who asks for the namespace"
    assert coverage(snapshot).unread.keys() == {NODE}
    assert coverage(snapshot).within == {"shop": frozenset({SERVICE, NAMESPACE})}


@pytest.mark.parametrize("configured", [False, True])
def test_the_configuration_of_the_mesh_is_unread_where_it_may_not_be_seen(
    tmp_path: Path, api_server: Start, configured: bool
) -> None:
    """Checks would take Istio's defaults for what is there, unless the user says what is."""
    server = api_server(SHOP, users=[User("limited", (Rule(("configmaps",), ("",), ("list",), ("shop",)),))])
    kinds = {CONFIG_MAP}
    snapshot = read(tmp_path, server, user="limited", kinds=kinds, namespace="shop", configured=configured)
    assert coverage(snapshot).within == {"shop": frozenset({CONFIG_MAP})} and not snapshot.unread
    assert coverage(snapshot).unread.keys() == (set() if configured else {CONFIG_MAP})
