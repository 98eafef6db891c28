"""Reading a live cluster: only what is asked for, page by page, and what cannot be read is named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from meshctl.model.ids import KindKey
from meshctl.model.resource import Resource
from meshctl.model.result import Unread
from meshctl.sources.cluster.clusters import read_clusters
from meshctl.sources.cluster.kubeconfig import contexts
from meshctl.sources.cluster.pods import PodParser
from meshctl.sources.cluster.request import Request
from meshctl.sources.errors import InputError
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Coverage, Snapshot
from tests.apiserver import ADMIN, ApiServer, Fault, Rule, User

POD, SERVICE, SECRET = KindKey("", "Pod"), KindKey("", "Service"), KindKey("", "Secret")
NAMESPACE, NODE = KindKey("", "Namespace"), KindKey("", "Node")
VIRTUAL_SERVICE = KindKey("networking.istio.io", "VirtualService")
HTTP_ROUTE = KindKey("gateway.networking.k8s.io", "HTTPRoute")

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*-*/*"))
Start = Callable[..., ApiServer]


def thing(kind: str, name: str, namespace: str = "shop", version: str = "v1", **more: Any) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace else {}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **place}, **more}


def pods(count: int, namespace: str = "shop") -> list[dict[str, Any]]:
    return [thing("Pod", f"web-{i:04}", namespace, spec={"containers": [{"name": "app"}]}) for i in range(count)]


SHOP = [
    thing("Namespace", "shop", ""),
    thing("Service", "web", spec={"ports": [{"port": 80}]}),
    thing("VirtualService", "web", version="networking.istio.io/v1", spec={"hosts": ["web"]}),
]


def read(
    tmp_path: Path, *servers: ApiServer, kinds: set[KindKey], timeout: float = 20, user: str = ADMIN.name, **more: Any
) -> Snapshot:
    for server in servers:
        server.kubeconfig(tmp_path / "config", user=user)
    names = [server.name for server in servers]  # none: the current one
    request = Request(frozenset(kinds), **more)
    return read_clusters(contexts(str(tmp_path / "config"), names), request, timeout=timeout)


def ids(snapshot: Snapshot) -> list[str]:
    return [str(resource.id) for resource in snapshot.resources]


def coverage(snapshot: Snapshot, cluster: str = "") -> Coverage:
    return snapshot.coverage[cluster]


def listed(server: ApiServer) -> set[str]:
    return {request.path for request in server.requests if request.verb == "list"}


def test_only_the_kinds_that_are_asked_for_are_read(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SHOP)
    snapshot = read(tmp_path, server, kinds={SERVICE, VIRTUAL_SERVICE})
    assert ids(snapshot) == ["Service shop/web", "VirtualService shop/web"]
    assert listed(server) == {"/api/v1/services", "/apis/networking.istio.io/v1/virtualservices"}
    assert coverage(snapshot) == Coverage(whole=frozenset({SERVICE, VIRTUAL_SERVICE}), inferred=False)
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
        (Fault("services", times=None, text=b'{"items": 7}'), "the answer is no list"),
    ],
    ids=["html", "truncated", "no object", "no list"],
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


SECRETS = [
    thing("Secret", "cert", type="kubernetes.io/tls", data={"tls.crt": "Y2VydA==", "tls.key": "c2VjcmV0"}),
    thing("Secret", "release", type="helm.sh/release.v1", data={"release": "aGVsbQ=="}),
]


def test_secrets_are_names_only_unless_their_certificates_are_looked_at(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SECRETS)
    (found,) = read(tmp_path, server, kinds={SECRET}).resources
    assert found.id.name == "cert" and "data" not in found.data
    assert {r.accept for r in server.requests if r.resource == "secrets"} == {
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    }


def test_of_secrets_nothing_private_is_kept(tmp_path: Path, api_server: Start) -> None:
    (found,) = read(tmp_path, api_server(SECRETS), kinds={SECRET}, secret_contents=True).resources
    assert found.data["data"].keys() >= {"tls.crt", "tls.key"}
    assert "c2VjcmV0" not in str(found.data) and "secret" not in str(found.data["data"])


def test_of_pods_what_a_mesh_looks_at_is_kept(tmp_path: Path, api_server: Start) -> None:
    spec = {
        "containers": [
            {"name": "app", "image": "web:1", "env": [{"name": "A", "value": "b"}], "volumeMounts": [{"name": "data"}]}
        ],
        "volumes": [{"name": "data"}],
        "hostNetwork": True,
    }
    (found,) = read(tmp_path, api_server([thing("Pod", "web", spec=spec)]), kinds={POD}).resources
    assert found.data["spec"] == {
        "containers": [{"name": "app", "image": "web:1", "env": [{"name": "A", "value": "b"}]}],
        "hostNetwork": True,
    }


def test_odd_pods_are_read_whole(tmp_path: Path, api_server: Start) -> None:
    (found,) = read(tmp_path, api_server([thing("Pod", "web", spec={"containers": "none"})]), kinds={POD}).resources
    assert found.data["spec"] == {"containers": "none"}


@pytest.mark.parametrize("auth", ["token", "certificate", "exec"])
def test_the_ways_to_log_in(tmp_path: Path, api_server: Start, auth: Any) -> None:
    server = api_server(SHOP)
    server.kubeconfig(tmp_path / "config", auth=auth)
    assert ids(read(tmp_path, kinds={SERVICE})) == ["Service shop/web"]
    assert {request.user for request in server.requests} == {"admin"}


def test_credentials_that_are_not_accepted(tmp_path: Path, api_server: Start) -> None:
    snapshot = read(tmp_path, api_server(SHOP), kinds={SERVICE}, user="stranger")
    (unread,) = snapshot.unread
    assert unread == Unread("cluster test", "it does not accept the credentials of this context (401): log in again")


def test_a_credential_plugin_that_fails(tmp_path: Path, api_server: Start, capsys: pytest.CaptureFixture[str]) -> None:
    server = api_server(SHOP)
    server.kubeconfig(tmp_path / "config", auth="exec")
    text = (tmp_path / "config").read_text()
    (tmp_path / "config").write_text(text.replace("command: sh", "command: /nonexistent/plugin"))
    (unread,) = read(tmp_path, kinds={SERVICE}).unread
    assert unread.what == "cluster test" and unread.why.startswith("its credential plug-in failed: ")
    assert capsys.readouterr().err == ""


def test_a_server_that_nobody_vouches_for(tmp_path: Path, api_server: Start) -> None:
    one, other = api_server(SHOP, name="one"), api_server(SHOP, name="other")
    one.kubeconfig(tmp_path / "config")
    text = (tmp_path / "config").read_text()
    (tmp_path / "config").write_text(text.replace(one.url, other.url))
    (unread,) = read(tmp_path, kinds={SERVICE}).unread
    assert unread.what == "cluster one"
    assert unread.why.startswith(f"no trusted connection to {other.url}: ") and "certificate" in unread.why


def test_a_server_that_is_not_there(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SHOP)
    server.kubeconfig(tmp_path / "config")
    server.kill()
    (unread,) = read(tmp_path, kinds={SERVICE}).unread
    assert unread.what == "cluster test" and unread.why.startswith(f"no connection to {server.url}")


def test_a_server_that_is_none(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SHOP, faults=[Fault("api", times=None, text=b"<html>Welcome</html>")])
    (unread,) = read(tmp_path, server, kinds={SERVICE}).unread
    assert unread == Unread("cluster test", "/api does not answer as a Kubernetes API server does")


def test_one_of_three_clusters_dies_in_the_middle(tmp_path: Path, api_server: Start) -> None:
    kinds = {POD, SERVICE, NAMESPACE}
    servers = [api_server([*SHOP, *pods(1203)], name=name) for name in ("east", "north")]
    well = read(tmp_path, *servers, kinds=kinds)
    dying = api_server([*SHOP, *pods(1203)], name="west", faults=[Fault("pods.*continue", kill=True, cut=0.5)])
    ill = read(tmp_path, *servers, dying, kinds=kinds)
    assert [r.id for r in ill.resources if r.id.cluster != "west"] == [r.id for r in well.resources]
    assert {name: ill.coverage[name] for name in ("east", "north")} == well.coverage
    assert ill.unread and all("west" in unread.what for unread in ill.unread)
    assert not ill.coverage["west"].has_all([POD])


def test_a_cluster_that_hangs_does_not_hold_up_the_others(tmp_path: Path, api_server: Start) -> None:
    from threading import Event

    hangs = api_server(SHOP, name="slow", faults=[Fault("/api", times=None, wait=Event())])
    snapshot = read(tmp_path, api_server(SHOP, name="fast"), hangs, kinds={SERVICE}, timeout=1)
    assert [resource.id.cluster for resource in snapshot.resources] == ["fast"]
    assert snapshot.unread == (Unread("cluster slow", "it did not answer within 1 s"),)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        ("{", "cannot be read"),
        ("just text", "cannot be"),
        ("apiVersion: v1\nkind: Config\n", "cannot be used"),
        ("apiVersion: v1\nkind: Config\ncontexts: []\nclusters: []\nusers: []\n", "cannot be used"),
    ],
    ids=["missing", "no YAML", "no mapping", "empty", "no current context"],
)
def test_a_kubeconfig_that_is_none(tmp_path: Path, content: str | None, words: str) -> None:
    file = tmp_path / "config"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError, match=words) as error:
        contexts(str(file), [])
    assert str(file) in str(error.value) and "\n" not in str(error.value)


def test_an_unknown_context(tmp_path: Path, api_server: Start) -> None:
    api_server(name="production").kubeconfig(tmp_path / "config")
    with pytest.raises(
        InputError, match=r"there is no context produktion in the kubeconfig: did you mean production\?"
    ):
        contexts(str(tmp_path / "config"), ["produktion"])


def test_checks_find_in_live_pods_what_they_find_in_files() -> None:
    """Of live pods only some fields are read: no check may need another one."""
    from meshctl.analysis.analyze import analyze
    from meshctl.analysis.registry import choose, load
    from meshctl.graph.mesh import MeshGraph

    checks = choose(load(), [], [])
    parser = PodParser()
    for case in FIXTURES:
        snapshot = read_files([str(case)], whole=True)
        parsed = [_as_live(resource, parser) for resource in snapshot.resources]
        if any(resource.id.kind == "Pod" for resource in snapshot.resources):
            files, live = (
                analyze(MeshGraph(replace(snapshot, resources=tuple(resources))), checks).result.findings
                for resources in (snapshot.resources, parsed)
            )
            assert [f.fingerprint for f in live] == [f.fingerprint for f in files], case


def _as_live(resource: Resource, parser: PodParser) -> Resource:
    if resource.id.kind != "Pod":
        return resource
    (item,) = parser.decode(msgspec.json.encode({"items": [resource.data]})).items or ()
    return replace(resource, data={**item, "apiVersion": "v1", "kind": "Pod"})
