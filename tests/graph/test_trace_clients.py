"""Who asks, and whether a proxy takes what the client sends."""

import pytest

from meshctl.graph.lookup import LookupFailed
from meshctl.graph.trace.parties import find_party, find_service
from tests.graph.mtlsdocuments import service
from tests.graph.tracing import MESH, culprit, document, mesh_of, only, said, step, trace, workload

TWO = MESH + workload("api-v2", more=", version: v2").replace("app: api-v2", "app: api") + workload("api", "web")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("web.shop", "Deployment shop/web"),
        ("web", "Deployment shop/web"),
        ("shop/api", "Deployment shop/api"),
        ("deploy/web", "Deployment shop/web"),
        ("deployment/shop/api", "Deployment shop/api"),
        ("outside", "an outside client"),
    ],
)
def test_clients_are_found(text: str, found: str) -> None:
    assert find_party(mesh_of(TWO), text).name == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wbe.shop", "no workload 'wbe' in the namespace shop; did you mean web?"),
        ("web.shpo", "no namespace shpo: did you mean shop?"),
        ("web.bare", r"no workload 'web' in the namespace bare; did you mean web.shop\?"),
        ("api", "'api' means several resources: deployment/shop/api, deployment/web/api"),
        ("svc/shop/api", "'svc/shop/api' means several workloads: deployment/shop/api, deployment/shop/api-v2"),
        ("deploy/wbe", "no Deployment 'wbe'; did you mean deployment/shop/web?"),
        ("a/b/c/d", "nobody who asks"),
        ("/", "nobody who asks"),
    ],
)
def test_clients_that_are_not_there(text: str, says: str) -> None:
    with pytest.raises(LookupFailed, match=says):
        find_party(mesh_of(TWO), text)


def test_a_service_stands_for_its_only_workload() -> None:
    text = MESH + workload("front-v1").replace("app: front-v1", "app: front") + "---" + service("front", "shop")
    assert find_party(mesh_of(text), "front.shop").name == "Deployment shop/front-v1"
    assert find_party(mesh_of(text), "front", "shop").name == "Deployment shop/front-v1"


def test_what_is_asked_may_be_a_resource() -> None:
    mesh = mesh_of(TWO)
    assert find_service(mesh, "api:80") is None
    assert [str(s.id) for s in map(lambda t: find_service(mesh, t), ("svc/api", "deploy/shop/api")) if s] == [
        "Service shop/api"
    ] * 2
    with pytest.raises(LookupFailed, match="no Service is in front of Deployment shop/web"):
        find_service(mesh, "deploy/web")


def test_a_sidecar_and_the_label_that_asks_for_it() -> None:
    found = step(trace(""), "client")
    assert (found.verdict, found.text) == (
        "passes",
        "Deployment shop/web has a sidecar. Namespace shop has istio-injection=enabled.",
    )
    assert found.place.path == ("metadata", "labels", "istio-injection")


def test_without_a_proxy_no_route_counts() -> None:
    routes = document("VirtualService", "api", "{hosts: [api], http: [{directResponse: {status: 418}}]}")
    found = trace(workload("old", "bare") + routes, "old.bare", "http://api.shop")
    assert only(found).end == "served"
    assert "Deployment bare/old has no sidecar" in step(found, "client").text
    assert "VirtualService shop/api is for this host and is not used: the client has no proxy." in said(found)


def test_a_namespace_that_was_not_given() -> None:
    found = trace(workload("x", "other"), "x.other", "http://api.shop", whole=False)
    assert only(found).end == "depends"
    assert "Whether Deployment other/x has a sidecar is not known" in only(found).text


def pod(name: str, proxy: bool) -> str:
    containers = "{name: main, image: x}" + (", {name: istio-proxy, image: proxyv2}" if proxy else "")
    owner = "{kind: ReplicaSet, name: web-5d, controller: true}"
    labels = "{app: web, pod-template-hash: 5d}"
    return (
        f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {labels}, "
        f"ownerReferences: [{owner}]}}\nspec: {{containers: [{containers}]}}\nstatus: {{phase: Running}}\n"
    )


def test_the_pods_tell_more_than_the_label() -> None:
    strict = document("PeerAuthentication", "p", "{mtls: {mode: STRICT}}", group="security.istio.io/v1")
    found = trace(pod("web-5d-a", False) + strict)
    assert "Its pods are older than what asks for one." in step(found, "client").text
    assert (only(found).end, only(found).status) == ("fails", None)
    assert culprit(only(found)) == "PeerAuthentication shop/p spec.mtls.mode"


def test_pods_of_which_some_have_a_sidecar() -> None:
    found = trace(pod("web-5d-a", True) + pod("web-5d-b", False))
    assert only(found).end == "depends"
    assert "1 of 2 pods of Deployment shop/web have a sidecar" in only(found).text
    assert culprit(only(found)) == "Pod shop/web-5d-b metadata.name"


def test_a_port_that_goes_past_the_proxy() -> None:
    past = '{traffic.sidecar.istio.io/excludeOutboundPorts: "81, 80"}'
    routes = document("VirtualService", "api", "{hosts: [api], http: [{directResponse: {status: 418}}]}")
    found = trace(workload("job", annotations=past) + routes, "job.shop")
    assert only(found).end == "served"
    assert "excludeOutboundPorts leaves out port 80: the request goes past the proxy" in said(found)
    assert only(trace(workload("job", annotations=past.replace("80", "82")) + routes, "job.shop")).status == 418


def test_an_envoyfilter_is_named() -> None:
    spec = "{configPatches: [{applyTo: HTTP_FILTER, match: {context: SIDECAR_OUTBOUND}, patch: {operation: REMOVE}}]}"
    found = trace(document("EnvoyFilter", "f", spec, group="networking.istio.io/v1alpha3"))
    assert "EnvoyFilter shop/f changes this proxy in a way that is not looked at." in said(found)
    assert "server: EnvoyFilter" not in said(found)
