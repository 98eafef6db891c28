"""The Gateway API: listeners, attached routes, their rules and backends, routes of the mesh; ambient mode."""

import pytest

from tests.graph.mtlsdocuments import service
from tests.graph.tracing import culprit, document, names, only, said, step, trace, virtual_service, workload

GROUP = "gateway.networking.k8s.io/v1"
LISTENER = "{name: %s, port: %d, protocol: %s%s}"
ALL = ", allowedRoutes: {namespaces: {from: All}}"
TO_API = "backendRefs: [{name: api, port: 80}]"


def gateway(*listeners: str, name: str = "public", kind: str = "istio") -> str:
    spec = f"{{gatewayClassName: {kind}, listeners: [{', '.join(listeners)}]}}"
    return document("Gateway", name, spec, group=GROUP)


def route(rules: str, name: str = "r", parent: str = "{name: public}", more: str = "", namespace: str = "shop") -> str:
    spec = f"{{parentRefs: [{parent}], {more}rules: [{rules}]}}"
    return document("HTTPRoute", name, spec, namespace, GROUP)


HTTP = gateway(LISTENER % ("http", 80, "HTTP", ""))
HOSTS = "hostnames: [shop.example.com], "
URL = "http://shop.example.com/"
MESH_PARENT = '{group: "", kind: Service, name: api}'


def test_from_outside_to_a_workload() -> None:
    found = trace(HTTP + route(f"{{{TO_API}}}", more=HOSTS), "outside", URL)
    assert names(only(found)) == ["Deployment shop/api"]
    assert "The listener http of Gateway shop/public takes it at port 80." in said(found)


def test_the_most_specific_rule_of_all_routes() -> None:
    wide = route("{matches: [{path: {value: /}}], filters: [{type: RequestRedirect, requestRedirect: {}}]}", "a")
    exact = route(f"{{matches: [{{path: {{type: Exact, value: /x}}}}], {TO_API}}}", "z")
    assert only(trace(HTTP + wide + exact, "outside", f"{URL}x")).end == "served"
    assert only(trace(HTTP + wide + exact, "outside", f"{URL}y")).status == 302
    host = route(f"{{{TO_API}}}", "h", more=HOSTS)
    assert only(trace(HTTP + wide + host, "outside", f"{URL}y")).end == "served"


@pytest.mark.parametrize(
    ("text", "status", "blamed"),
    [
        (HTTP, 404, "Gateway shop/public spec.listeners[0]"),
        (
            HTTP + route(f"{{{TO_API}}}", parent="{name: public, sectionName: htpp}"),
            404,
            "HTTPRoute shop/r spec.parentRefs[0].sectionName",
        ),
        (
            HTTP + route(f"{{{TO_API}}}", parent="{name: public, namespace: shop}", namespace="web"),
            404,
            "Gateway shop/public spec.listeners[0].allowedRoutes",
        ),
        (
            gateway(LISTENER % ("http", 80, "HTTP", ", hostname: '*.example.org'")),
            404,
            "Gateway shop/public spec.listeners[0].hostname",
        ),
        (gateway(LISTENER % ("http", 81, "HTTP", "")), None, "Gateway shop/public spec.listeners"),
        (
            gateway(LISTENER % ("https", 80, "HTTPS", "")),
            None,
            "Gateway shop/public spec.listeners[0].protocol",
        ),
        (
            HTTP + route(f"{{matches: [{{method: PUT}}], {TO_API}}}"),
            404,
            "HTTPRoute shop/r spec.rules[0].matches[0].method",
        ),
        (HTTP + route("{backendRefs: []}"), 500, "HTTPRoute shop/r spec.rules[0].backendRefs"),
        (
            HTTP + route("{backendRefs: [{name: apis, port: 80}]}"),
            500,
            "HTTPRoute shop/r spec.rules[0].backendRefs[0].name",
        ),
        (
            HTTP + route("{backendRefs: [{name: api, port: 8080}]}"),
            500,
            "HTTPRoute shop/r spec.rules[0].backendRefs[0].port",
        ),
    ],
)
def test_what_fails_at_a_gateway(text: str, status: int | None, blamed: str) -> None:
    found = only(trace(text, "gateway/public", URL))
    assert (found.end, found.status, culprit(found)) == ("fails", status, blamed)


def test_references_into_other_namespaces_need_a_grant() -> None:
    far = workload("far", "web") + "---" + service("far", "web")
    there = route("{backendRefs: [{name: far, namespace: web, port: 80}]}")
    refused = only(trace(HTTP + far + there, "outside", URL))
    assert (refused.status, culprit(refused)) == (500, "HTTPRoute shop/r spec.rules[0].backendRefs[0].namespace")
    origin = f"{{group: {GROUP.partition('/')[0]}, kind: HTTPRoute, namespace: shop}}"
    grant = document("ReferenceGrant", "g", f'{{from: [{origin}], to: [{{group: "", kind: Service}}]}}', "web", GROUP)
    assert names(only(trace(HTTP + far + there + grant, "outside", URL))) == ["Deployment web/far"]


def test_filters() -> None:
    change = "{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /v2}}}"
    copy = "{type: RequestMirror, requestMirror: {backendRef: {name: api, port: 80}}}"
    rules = "{selector: {matchLabels: {app: api}}, rules: [{to: [{operation: {paths: [/v2/x]}}]}]}"
    policy = document("AuthorizationPolicy", "p", rules, group="security.istio.io/v1")
    rule = f"{{matches: [{{path: {{value: /v1}}}}], filters: [{change}, {copy}], timeouts: {{request: 9s}}, {TO_API}}}"
    found = trace(HTTP + route(rule) + policy, "outside", f"{URL}v1/x")
    assert only(found).end == "served"
    assert "A copy goes to api" in said(found) and "After 9s" in said(found)


def test_a_route_of_the_mesh_takes_all_requests_of_its_service() -> None:
    preview = route(f"{{matches: [{{headers: [{{name: x-try, value: new}}]}}], {TO_API}}}", parent=MESH_PARENT)
    assert only(trace(preview, headers={"x-try": "new"})).end == "served"
    found = only(trace(preview))
    assert (found.status, culprit(found)) == (404, "HTTPRoute shop/r spec.rules[0].matches[0].headers[0]")


def test_routes_of_the_client_go_before_those_of_the_service() -> None:
    far = workload("far", "web")
    parent = MESH_PARENT.replace("name: api", "name: api, namespace: shop")
    own = route("{filters: [{type: RequestRedirect, requestRedirect: {}}]}", parent=parent, namespace="web")
    theirs = route(f"{{{TO_API}}}", "theirs", parent=MESH_PARENT)
    assert only(trace(far + own + theirs, "far.web", "http://api.shop")).status == 302
    assert only(trace(far + own + theirs)).end == "served"


def test_a_route_and_a_virtualservice() -> None:
    tea = virtual_service("{hosts: [api], http: [{directResponse: {status: 418}}]}")
    found = only(trace(route(f"{{{TO_API}}}", parent=MESH_PARENT) + tea))
    assert (found.end, culprit(found)) == ("depends", "VirtualService shop/api spec.hosts")


CALM = workload("caller", "calm") + workload("api", "calm") + "---" + service("api", "calm")
FRONT = "name: api, namespace: calm"
USED = CALM.replace(f"{{{FRONT}}}\nspec:\n  selector", f"{{{FRONT}, LABEL}}\nspec:\n  selector")
WAYPOINT = document(
    "Gateway",
    "wp",
    "{gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}",
    "calm",
    GROUP,
)
USING = USED.replace("LABEL", "labels: {istio.io/use-waypoint: wp}")
TEA = virtual_service("{hosts: [api], http: [{directResponse: {status: 418}}]}", namespace="calm")


def test_without_a_waypoint_nobody_reads_requests() -> None:
    found = trace(CALM + TEA, "caller.calm", "http://api")
    assert names(only(found)) == ["Deployment calm/api"]
    assert "VirtualService calm/api is for this host and is not used: there is no waypoint." in said(found)
    assert step(found, "tls").text.startswith("HBONE is sent")


def test_a_waypoint_follows_routes_and_policies() -> None:
    assert only(trace(USING + WAYPOINT + TEA, "caller.calm", "http://api")).status == 418
    target = 'targetRefs: [{group: "", kind: Service, name: api}]'
    rules = "rules: [{to: [{operation: {methods: [GET]}}]}]"
    policy = document(
        "AuthorizationPolicy", "a", f"{{{target}, action: DENY, {rules}}}", "calm", "security.istio.io/v1"
    )
    found = only(trace(USING + WAYPOINT + policy, "caller.calm", "http://api"))
    assert (found.status, culprit(found)) == (403, "AuthorizationPolicy calm/a spec.rules[0]")


def test_a_waypoint_that_is_not_there() -> None:
    found = trace(USING + TEA, "caller.calm", "http://api")
    assert only(found).end == "served"
    assert "The waypoint calm/wp does not exist: the request goes on without one." in said(found)
    labels = "labels: {istio.io/waypoint-for: workload}"
    other = WAYPOINT.replace("namespace: calm", f"namespace: calm, {labels}")
    assert "is a waypoint for workload alone" in said(trace(USING + other, "caller.calm", "http://api"))


def test_the_class_of_a_waypoint_tells_what_it_is_for() -> None:
    kind = document("GatewayClass", "istio-waypoint", "{controllerName: istio.io/mesh-controller}", "", GROUP)
    kind = kind.replace("name: istio-waypoint,", "name: istio-waypoint, labels: {istio.io/waypoint-for: workload},")
    found = trace(USING + WAYPOINT + kind + TEA, "caller.calm", "http://api")
    assert "is a waypoint for workload alone" in said(found)
    assert (only(found).end, only(found).status) == ("served", None)


def test_ztunnel_lets_in_by_identity_alone() -> None:
    def policy(account: str) -> str:
        source = f"{{source: {{principals: [cluster.local/ns/calm/sa/{account}]}}}}"
        return document(
            "AuthorizationPolicy", "a", f"{{rules: [{{from: [{source}]}}]}}", "calm", "security.istio.io/v1"
        )

    assert only(trace(CALM + policy("default"), "caller.calm", "http://api")).end == "served"
    denied = only(trace(CALM + policy("other"), "caller.calm", "http://api"))
    assert (denied.end, denied.status) == ("fails", None)
