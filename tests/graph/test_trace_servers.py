"""Destinations and who answers for them: rules, subsets, pods, mutual TLS, policies."""

import pytest

from tests.graph.mtlsdocuments import service
from tests.graph.tracing import culprit, document, names, only, said, step, trace, virtual_service, workload

SECURITY = "security.istio.io/v1"
STRICT = document("PeerAuthentication", "p", "{mtls: {mode: STRICT}}", group=SECURITY)
TO_V1 = virtual_service("{hosts: [api], http: [{route: [{destination: {host: api, subset: v1}}]}]}")
V1 = "{host: api, subsets: [{name: v1, labels: {version: v1}}]}"


def versions(*names: str) -> str:
    return "".join(workload(f"api-{v}", more=f", version: {v}").replace(f"app: api-{v}", "app: api") for v in names)


def test_the_rule_of_the_client_goes_before_that_of_the_service() -> None:
    far = workload("far", "web")
    rules = document("DestinationRule", "own", "{host: api.shop.svc.cluster.local}", "web")
    rules += document("DestinationRule", "theirs", "{host: api}")
    found = trace(far + rules, "far.web", "http://api.shop")
    assert step(found, "policy").text == "DestinationRule web/own is for it."
    assert step(trace(far + rules), "policy").text == "DestinationRule shop/theirs is for it."


def test_limits_are_told() -> None:
    pool = "connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 5}}"
    policy = f"{{host: api, trafficPolicy: {{{pool}, outlierDetection: {{consecutive5xxErrors: 1}}}}}}"
    found = trace(document("DestinationRule", "d", policy))
    assert "503 UO beyond 1 connection or 5 waiting requests, pods that fail are left out" in step(found, "policy").text


def test_a_subset() -> None:
    found = trace(versions("v1", "v2") + document("DestinationRule", "d", V1) + TO_V1)
    assert names(only(found)) == ["Deployment shop/api-v1"]
    assert step(found, "subset").text == "DestinationRule shop/d has the subset v1: version=v1."


@pytest.mark.parametrize(
    ("rules", "blamed", "fix"),
    [
        ("", "VirtualService shop/api spec.http[0].route[0].destination.subset", "No DestinationRule is for api.shop"),
        (
            document("DestinationRule", "d", V1.replace("name: v1", "name: v10")),
            "VirtualService shop/api spec.http[0].route[0].destination.subset",
            "DestinationRule shop/d has v10.",
        ),
        (
            document("DestinationRule", "d", V1.replace("host: api", "host: api.shop.svc.cluster.local"), "web"),
            "DestinationRule web/d metadata.namespace",
            "Move it to the namespace shop.",
        ),
    ],
)
def test_a_subset_that_nobody_defines(rules: str, blamed: str, fix: str) -> None:
    found = only(trace(versions("v1") + rules + TO_V1))
    assert (found.status, found.flag, culprit(found)) == (503, "NC", blamed)
    assert fix in found.fix


def test_a_subset_that_may_be_defined_elsewhere() -> None:
    apart = TO_V1.replace("host: api,", "host: api.data.svc.cluster.local,")
    data = workload("api", "data") + "---" + service("api", "data")
    assert only(trace(data + apart, whole=False)).end == "depends"


def test_labels_that_come_later_may_be_there() -> None:
    rule = document("DestinationRule", "d", V1.replace("version: v1", "pod-template-hash: 5d4f"))
    assert only(trace(rule + TO_V1)).end == "served"


def test_nobody_behind_a_service() -> None:
    lonely = "---" + service("cart", "shop")
    found = only(trace(lonely, target="cart:80"))
    assert (found.status, found.flag, culprit(found)) == (503, "UH", "Service shop/cart spec.selector")
    elsewhere = "---" + service("cart", "nowhere")
    assert only(trace(elsewhere, target="http://cart.nowhere", whole=False)).end == "depends"
    typo = trace(lonely + workload("x").replace("app: x", "app: crat"), target="cart:80")
    assert (culprit(only(typo)), only(typo).fix) == (
        "Service shop/cart spec.selector.app",
        "Deployment shop/x has app=crat: is that what the selector means?",
    )


def test_a_service_without_selector() -> None:
    manual = "---" + service("db", "shop").replace("selector: {app: db}", "sessionAffinity: None")
    unknown = only(trace(manual, target="db:80", whole=False))
    assert (unknown.end, culprit(unknown)) == ("depends", "Service shop/db spec")
    slices = "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\naddressType: IPv4\n"
    slices += "metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}\n"
    found = trace(manual + slices + "endpoints: [{addresses: [192.0.2.7]}]\n", target="db:80")
    assert (only(found).end, only(found).text) == ("served", "addresses of Service shop/db")
    assert "192.0.2.7" in step(found, "endpoints").text
    empty = only(trace(manual + slices.replace("service-name: db", "service-name: other"), target="db:80"))
    assert (empty.end, empty.flag) == ("fails", "UH")


def test_a_port_that_no_container_declares() -> None:
    found = trace("", target="api:81")
    assert (only(found).end, culprit(only(found))) == ("depends", "Service shop/api spec.ports[1].targetPort")
    assert "No container of Deployment shop/api declares port 8081, only 8080" in only(found).text


def test_servers_that_differ_are_parts() -> None:
    policy = "{selector: {matchLabels: {version: v2}}, action: DENY, rules: [{}]}"
    third = versions("v2").replace("spec:\n  template", "spec:\n  replicas: 3\n  template")
    found = trace(third + document("AuthorizationPolicy", "a", policy, group=SECURITY))
    served, denied = found.outcomes
    assert (served.end, served.share, names(served)) == ("served", 0.25, ["Deployment shop/api"])
    assert (denied.status, denied.share, denied.part) == (403, 0.75, "api-v2")


def test_mutual_tls_and_what_decides() -> None:
    found = step(trace(STRICT), "tls")
    assert found.place.subject and str(found.place.subject.id) == "PeerAuthentication shop/p"
    assert found.text.endswith("Encrypted, and both sides prove who they are.")
    assert step(trace(""), "tls").text.startswith("Mutual TLS is sent: no DestinationRule is for api.shop")


def test_what_a_server_does_not_take() -> None:
    off = document("DestinationRule", "d", "{host: api, trafficPolicy: {tls: {mode: DISABLE}}}")
    found = only(trace(STRICT + off))
    assert (found.status, found.flag) == (503, "UC")
    assert culprit(found) == "DestinationRule shop/d spec.trafficPolicy.tls.mode"
    mutual = document(
        "DestinationRule", "d", "{host: api.bare.svc.cluster.local, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}"
    )
    bare = workload("api", "bare") + "---" + service("api", "bare")
    found = only(trace(bare + mutual, target="http://api.bare"))
    assert (found.end, culprit(found)) == ("fails", "DestinationRule shop/d spec.trafficPolicy.tls.mode")


def pod(name: str, proxy: bool) -> str:
    containers = "{name: main, image: x, ports: [{name: web, containerPort: 8080}]}"
    containers += ", {name: istio-proxy, image: proxyv2}" if proxy else ""
    owner = "{kind: ReplicaSet, name: api-5d, controller: true}"
    labels = "{app: api, pod-template-hash: 5d}"
    return (
        f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {labels}, "
        f"ownerReferences: [{owner}]}}\nspec: {{containers: [{containers}]}}\nstatus: {{phase: Running}}\n"
    )


def test_one_of_two_pods_has_no_proxy() -> None:
    pods = pod("api-5d-a", True) + pod("api-5d-b", False)
    assert {outcome.end for outcome in trace(pods).outcomes} == {"served"}
    mutual = document("DestinationRule", "d", "{host: api, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}")
    good, bad = trace(pods + mutual).outcomes
    assert (good.end, good.share, bad.end, bad.share, bad.part) == ("served", 0.5, "fails", 0.5, "api-5d-b")


def test_who_is_let_in() -> None:
    source = "{source: {principals: [cluster.local/ns/shop/sa/%s]}}"
    account = f"{{selector: {{matchLabels: {{app: api}}}}, rules: [{{from: [{source}]}}]}}"
    allowed = document("AuthorizationPolicy", "a", account % "default", group=SECURITY)
    assert step(trace(allowed), "access").text == "AuthorizationPolicy shop/a allows it: spec.rules[0] fits."
    denied = only(trace(document("AuthorizationPolicy", "a", account % "web", group=SECURITY)))
    assert (denied.status, denied.flag) == (403, "RBAC")
    assert "cluster.local/ns/shop/sa/default" in denied.fix


def test_a_policy_that_reads_a_token() -> None:
    rules = "{rules: [{from: [{source: {requestPrincipals: ['*']}}]}]}"
    token = document("AuthorizationPolicy", "a", rules, group=SECURITY)
    token += document("RequestAuthentication", "r", "{jwtRules: [{issuer: i}]}", group=SECURITY)
    without = trace(token)
    assert only(without).status == 403
    assert "note token: Tokens are looked at" in said(without)
    assert only(trace(token, headers={"authorization": "Bearer x"})).end == "depends"


def test_a_server_without_proxy_asks_nobody() -> None:
    bare = workload("api", "bare") + "---" + service("api", "bare")
    policy = document("AuthorizationPolicy", "a", "{}", "bare", SECURITY)
    found = trace(bare + policy, target="http://api.bare")
    assert only(found).end == "served"
    assert "Deployment bare/api has no proxy: nobody checks who may call it." in said(found)


def test_a_sidecar_that_sends_it_elsewhere() -> None:
    ingress = "ingress: [{port: {number: 8080, protocol: HTTP, name: http}, defaultEndpoint: 127.0.0.1:9999}]"
    found = trace(document("Sidecar", "s", f"{{workloadSelector: {{labels: {{app: api}}}}, {ingress}}}"))
    assert "Sidecar shop/s sends what comes to port 8080 to 127.0.0.1:9999." in said(found)
