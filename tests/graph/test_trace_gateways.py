"""Requests at Istio's Gateways: servers, TLS, the VirtualServices bound to them."""

import pytest

from meshctl.graph.lookup import LookupFailed
from tests.graph.mtlsdocuments import service
from tests.graph.tracing import culprit, document, names, only, said, step, trace, virtual_service, workload

PODS = workload(
    "door", "istio-system", ', sidecar.istio.io/inject: "true"', annotations="{inject.istio.io/templates: gateway}"
)
FRONT = "---" + service("door", "istio-system").replace("targetPort: web", "targetPort: 8080")
SELECTED = "selector: {app: door}"
HTTP = "{port: {number: 80, name: http, protocol: HTTP}, hosts: %s}"
HTTPS = "{port: {number: 443, name: https, protocol: HTTPS}, hosts: ['*'], tls: %s}"
TO_API = "http: [{route: [{destination: {host: api, port: {number: 80}}}]}]"
BOUND = f"{{hosts: [shop.example.com], gateways: [public], {TO_API}}}"
URL = "http://shop.example.com/"


def gateway(*servers: str, namespace: str = "shop", name: str = "public") -> str:
    return document("Gateway", name, f"{{{SELECTED}, servers: [{', '.join(servers)}]}}", namespace)


DOOR = PODS + FRONT + gateway(HTTP % "['*.example.com']")


def test_from_outside_to_a_workload() -> None:
    found = trace(DOOR + virtual_service(BOUND), "outside", URL)
    assert (only(found).end, names(only(found))) == ("served", ["Deployment shop/api"])
    assert step(found, "gateway").text == "Gateway shop/public takes it at port 80 (HTTP)."


@pytest.mark.parametrize("client", ["gateway/public", "gateway/shop/public", "deploy/istio-system/door", "door"])
def test_a_gateway_may_be_named(client: str) -> None:
    assert only(trace(DOOR + virtual_service(BOUND), client, URL)).end == "served"


def test_a_gateway_of_which_there_are_no_pods() -> None:
    found = only(trace(gateway(HTTP % "['*']") + virtual_service(BOUND), "outside", URL))
    assert (found.end, culprit(found)) == ("fails", "Gateway shop/public spec.selector")
    assert "A workload with app=door does not exist: nobody listens" in found.text
    apart = trace(gateway(HTTP % "['*']") + virtual_service(BOUND), "outside", URL, whole=False)
    assert only(apart).end == "served"
    assert "are not in the given files: they are taken to be in shop" in said(apart)


@pytest.mark.parametrize(
    ("url", "status", "blamed"),
    [
        ("http://shop.example.org/", 404, "Gateway shop/public spec.servers[0].hosts"),
        ("http://shop.example.com:81/", None, "Gateway shop/public spec.servers"),
        ("http://shop.example.com:82/", None, "Gateway shop/public spec.servers"),
        ("https://shop.example.com:80/", None, "Gateway shop/public spec.servers[0].port.protocol"),
        ("http://other.example.com/", 404, "VirtualService shop/api spec.hosts"),
    ],
)
def test_what_a_gateway_does_not_take(url: str, status: int | None, blamed: str) -> None:
    found = only(trace(DOOR + virtual_service(BOUND), "outside", url))
    assert (found.end, found.status, culprit(found)) == ("fails", status, blamed)


def test_a_port_that_the_service_of_the_gateway_does_not_lead_to() -> None:
    servers = gateway(HTTP % "['*']", (HTTP % "['*']").replace("80", "8443"))
    found = only(trace(PODS + FRONT + servers + virtual_service(BOUND), "outside", "http://shop.example.com:8443/"))
    assert (found.status, culprit(found), found.fix) == (
        None,
        "Service istio-system/door spec.ports",
        "Its ports are 80, 81.",
    )


@pytest.mark.parametrize(
    ("spec", "namespace", "blamed"),
    [
        (BOUND.replace("[public]", "[other]"), "shop", "VirtualService shop/api spec.gateways"),
        (BOUND.replace("gateways: [public], ", ""), "shop", "VirtualService shop/api spec.hosts"),
        (BOUND.replace("hosts", "exportTo: [shop], hosts"), "shop", "VirtualService shop/api spec.exportTo"),
        (BOUND.replace("shop.example.com", "shpo.example.com"), "shop", "VirtualService shop/api spec.hosts"),
        (BOUND.replace("http: [{route", "tcp: [{route"), "shop", "VirtualService shop/api spec"),
    ],
)
def test_the_virtualservice_that_was_meant(spec: str, namespace: str, blamed: str) -> None:
    found = only(trace(DOOR + virtual_service(spec, namespace=namespace), "outside", URL))
    assert (found.status, found.flag, culprit(found)) == (404, "NR", blamed)


def test_no_virtualservice_at_all() -> None:
    found = only(trace(DOOR, "outside", URL))
    assert (found.status, culprit(found)) == (404, "Gateway shop/public spec.servers[0]")


def test_hosts_for_one_namespace() -> None:
    own = PODS + FRONT + gateway(HTTP % "['web/shop.example.com']")
    found = only(trace(own + virtual_service(BOUND), "outside", URL))
    assert (found.status, culprit(found)) == (404, "Gateway shop/public spec.servers[0].hosts")
    assert "web" not in only(trace(own.replace("web/shop", "./shop") + virtual_service(BOUND), "outside", URL)).text


def test_routes_of_one_host_are_merged_and_the_closest_host_counts() -> None:
    tea = "{hosts: ['*.example.com'], gateways: [public], http: [{directResponse: {status: 418}}]}"
    items = BOUND.replace("http: [{", "http: [{match: [{uri: {prefix: /items}}], ")
    text = DOOR + virtual_service(tea, "a") + virtual_service(items, "b") + virtual_service(BOUND, "c")
    found = trace(text, "outside", f"{URL}cart")
    assert only(found).end == "served"
    assert "http[0] of VirtualService shop/c takes it" in said(found)
    assert only(trace(text, "outside", "http://x.example.com/")).status == 418


def test_the_certificate() -> None:
    tls = gateway(HTTPS % "{mode: SIMPLE, credentialName: cert}").replace("443", "80")
    found = only(trace(PODS + FRONT + tls + virtual_service(BOUND), "outside", "https://shop.example.com:80/"))
    assert culprit(found) == "Gateway shop/public spec.servers[0].tls.credentialName"
    assert "The Secret istio-system/cert does not exist" in found.text
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: cert, namespace: istio-system}\n"
    text = PODS + FRONT + tls + secret + virtual_service(BOUND)
    assert only(trace(text, "outside", "https://shop.example.com:80/")).end == "served"
    assert only(trace(text, "outside", "http://shop.example.com:80/")).end == "fails"


def test_tls_that_is_passed_on() -> None:
    passed = gateway(HTTPS.replace("protocol: HTTPS", "protocol: TLS") % "{mode: PASSTHROUGH}").replace("443", "80")
    db = workload("db") + "---" + service("db", "shop").replace("name: http, port: 80", "name: tls-db, port: 443")
    route = "tls: [{match: [{sniHosts: [shop.example.com]}], route: [{destination: {host: db, port: {number: 443}}}]}]"
    spec = f"{{hosts: [shop.example.com], gateways: [public], {route}}}"
    found = trace(PODS + FRONT + passed + db + virtual_service(spec), "outside", "https://shop.example.com:80/")
    assert names(only(found)) == ["Deployment shop/db"]


def test_a_redirect_to_https() -> None:
    redirect = gateway((HTTP % "['*']").replace("hosts", "tls: {httpsRedirect: true}, hosts"))
    found = only(trace(PODS + FRONT + redirect + virtual_service(BOUND), "outside", URL))
    assert (found.end, found.status) == ("answered", 301)


def test_several_gateways() -> None:
    other = workload("other", "istio-system", annotations="{inject.istio.io/templates: gateway}")
    second = other + gateway(HTTP % "['*.example.com']", name="second").replace("app: door", "app: other")
    with pytest.raises(LookupFailed, match=r"several Gateways are for .*: name one of gateway/shop/public, gateway"):
        trace(DOOR + second + virtual_service(BOUND), "outside", URL)
    with pytest.raises(LookupFailed, match=r"no Gateway is for .*: name one of gateway/shop/public, gateway"):
        trace(DOOR + second, "outside", "http://shop.example.org")
    with pytest.raises(LookupFailed, match="the input has no Gateway"):
        trace("", "outside", URL)


def test_a_policy_for_the_gateway() -> None:
    spec = "{selector: {matchLabels: {app: door}}, action: DENY, rules: [{to: [{operation: {paths: [/admin*]}}]}]}"
    policy = document("AuthorizationPolicy", "a", spec, "istio-system", "security.istio.io/v1")
    text = DOOR + virtual_service(BOUND) + policy
    assert only(trace(text, "outside", f"{URL}admin/x")).status == 403
    assert only(trace(text, "outside", f"{URL}x")).end == "served"


def test_an_egress_gateway_and_a_loop() -> None:
    door = "{host: door.istio-system.svc.cluster.local, port: {number: 80}}"
    via = f"{{match: [{{gateways: [mesh]}}], route: [{{destination: {door}}}]}}"
    out = "{match: [{gateways: [public]}], route: [{destination: {host: %s, port: {number: 80}}}]}"
    spec = "{hosts: [x.example.com], gateways: [public, mesh], http: [" + via + ", " + out + "]}"
    entry = "{hosts: [x.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}"
    text = DOOR + document("ServiceEntry", "x", entry)
    found = trace(text + virtual_service(spec % "x.example.com"), target="http://x.example.com")
    assert only(found).text == "x.example.com:80, outside the mesh"
    assert [s.stage for s in found.steps if s.stage in ("gateway", "route")] == ["route", "gateway", "route"]
    loop = trace(text + virtual_service(spec % "door.istio-system.svc.cluster.local"), target="http://x.example.com")
    assert "this is a loop" in only(loop).text
