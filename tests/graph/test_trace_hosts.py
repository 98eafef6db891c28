"""What the host of a request means to the client: names, exportTo, Sidecars, ServiceEntries, what is not known."""

import pytest

from meshctl.graph.lookup import LookupFailed
from meshctl.graph.trace.resolution import full_name
from tests.graph.mtlsdocuments import service
from tests.graph.tracing import MESH, culprit, document, mesh_of, names, only, said, step, trace, workload

ENTRY = "{{hosts: [api.example.com], ports: [{{number: 80, name: http, protocol: HTTP}}], {0}}}"
REGISTRY_ONLY = "outboundTrafficPolicy: {mode: REGISTRY_ONLY}"


@pytest.mark.parametrize(
    ("host", "full"),
    [
        ("api", "api.shop.svc.cluster.local"),
        ("api.web", "api.web.svc.cluster.local"),
        ("api.web.svc", "api.web.svc.cluster.local"),
        ("API.web.svc.cluster.local", "api.web.svc.cluster.local"),
        ("api.example.com", "api.example.com"),
        ("example.com", "example.com"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_names_are_completed_as_dns_does(host: str, full: str) -> None:
    assert full_name(mesh_of(MESH), host, "shop") == full


def test_a_service_and_its_port() -> None:
    found = trace("")
    assert step(found, "host").text == "api.shop.svc.cluster.local is Service shop/api, port 80 (HTTP)."
    assert (only(found).end, names(only(found))) == ("served", ["Deployment shop/api"])


def test_a_name_that_is_nothing() -> None:
    with pytest.raises(LookupFailed, match=r"there is no Service for apis\..* in the input: did you mean"):
        trace("", target="apis")
    found = trace("", target="http://x.elsewhere.svc.cluster.local", whole=False)
    assert only(found).end == "depends"
    assert "The host x.elsewhere.svc.cluster.local is not in the given files" in only(found).text


@pytest.mark.parametrize(("target", "port"), [("api:82", 82), ("https://api", 443)])
def test_a_port_that_the_service_does_not_have(target: str, port: int) -> None:
    found = only(trace("", target=target))
    assert (found.end, found.flag, culprit(found)) == ("fails", "UF", "Service shop/api spec.ports")
    assert f"has no port {port}" in found.text and found.fix == "Its ports are 80, 81."


def test_the_only_port_is_meant_where_nobody_says_one() -> None:
    one = workload("one") + "---" + service("one", "shop").replace(", {name: other, port: 81, targetPort: 8081}", "")
    found = trace(one.replace("port: 80,", "port: 8000,"), target="one")
    assert (found.call.url, only(found).end) == ("GET http://one:8000/", "served")


def test_a_service_that_is_not_exported() -> None:
    hidden = service("api", "shop").replace(
        "namespace: shop", 'namespace: shop, annotations: {networking.istio.io/exportTo: "."}'
    )
    client = workload("far", "web")
    found = trace(client + "---" + hidden, "far.web", "http://api.shop")
    assert only(found).end == "served"
    assert "Service shop/api is not exported to namespace web: the request passes through the proxy as it is." in said(
        found
    )
    shut = document("Sidecar", "default", f"{{{REGISTRY_ONLY}}}", "web")
    blocked = only(trace(client + "---" + hidden + shut, "far.web", "http://api.shop"))
    assert (blocked.status, blocked.flag) == (502, "BH")
    assert culprit(blocked) == 'Service shop/api metadata.annotations["networking.istio.io/exportTo"]'


def test_a_route_to_a_service_that_is_not_exported() -> None:
    hidden = service("api", "shop").replace(
        "namespace: shop", 'namespace: shop, annotations: {networking.istio.io/exportTo: "."}'
    )
    front = workload("far", "web") + "---" + service("far", "web")
    route = "{hosts: [far], http: [{route: [{destination: {host: api.shop.svc.cluster.local}}]}]}"
    found = only(trace(front + "---" + hidden + document("VirtualService", "far", route, "web"), "far.web", "far:80"))
    assert (found.status, found.flag) == (503, "NC")
    assert found.fix == "Add web to its exportTo."


@pytest.mark.parametrize(
    ("hosts", "end"),
    [
        ('["./*"]', "served"),
        ('["shop/api.shop.svc.cluster.local"]', "served"),
        ('["*/*"]', "served"),
        ('["web/*"]', 502),
    ],
)
def test_what_a_sidecar_imports(hosts: str, end: object) -> None:
    spec = f"{{{REGISTRY_ONLY}, egress: [{{hosts: {hosts}}}]}}"
    found = only(trace(document("Sidecar", "default", spec)))
    assert (found.status or found.end) == end
    if end == 502:
        assert culprit(found) == "Sidecar shop/default spec.egress"


def test_a_sidecar_that_lets_everything_out() -> None:
    strict = document("PeerAuthentication", "p", "{mtls: {mode: STRICT}}", group="security.istio.io/v1")
    found = trace(document("Sidecar", "default", '{egress: [{hosts: ["web/*"]}]}') + strict)
    assert "is not imported by Sidecar shop/default: the request passes through the proxy as it is" in said(found)
    assert (only(found).end, only(found).status, only(found).flag) == ("fails", None, "UC")
    assert culprit(only(found)) == "Sidecar shop/default spec.egress"
    assert "The proxy of the client does not know the host".lower() in only(found).text.lower()


def test_a_namespace_that_istiod_does_not_look_into() -> None:
    config = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
    config += "data: {mesh: 'discoverySelectors: [{matchLabels: {istio-injection: enabled}}]'}\n"
    bare = workload("api", "bare") + "---" + service("api", "bare")
    found = trace(config + bare, target="http://api.bare")
    assert "is in a namespace that no discovery selector of istiod selects (Namespace bare)" in said(found)
    route = "{hosts: [api], http: [{route: [{destination: {host: api.bare.svc.cluster.local}}]}]}"
    failed = only(trace(config + bare + document("VirtualService", "v", route)))
    assert (failed.flag, culprit(failed)) == ("NC", "Namespace bare metadata.labels")


def test_the_destinations_of_an_imported_virtualservice_come_along() -> None:
    more = workload("far", "web") + "---" + service("far", "web")
    route = "{hosts: [api], http: [{route: [{destination: {host: far.web.svc.cluster.local}}]}]}"
    sidecar = document("Sidecar", "default", f'{{{REGISTRY_ONLY}, egress: [{{hosts: ["./*"]}}]}}')
    found = only(trace(more + document("VirtualService", "v", route) + sidecar))
    assert (found.end, names(found)) == ("served", ["Deployment web/far"])


def test_hosts_outside() -> None:
    found = trace("", target="http://api.example.com")
    assert (only(found).end, only(found).text) == ("served", "api.example.com, outside the mesh")
    assert "No ServiceEntry is for api.example.com: ALLOW_ANY lets it out as it is." in said(found)


def test_only_what_is_registered_gets_out() -> None:
    config = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
    config += 'data: {mesh: "outboundTrafficPolicy: {mode: REGISTRY_ONLY}"}\n'
    found = only(trace(config, target="http://api.example.com"))
    assert (found.end, found.status, found.flag) == ("fails", 502, "BH")
    assert culprit(found) == "ConfigMap istio-system/istio data.mesh"
    sealed = only(trace(config, target="https://api.example.com"))
    assert (sealed.end, sealed.status) == ("fails", None)
    near = document("ServiceEntry", "e", ENTRY.format("resolution: DNS"))
    assert only(trace(config + near, target="http://api.exampel.com")).fix == "Did you mean api.example.com?"
    assert only(trace(config, target="http://api.example.com", whole=False)).end == "depends"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ("resolution: DNS", "the addresses that DNS has for it"),
        ("resolution: NONE", "the address that the client asked for"),
        ("resolution: STATIC, endpoints: [{address: 192.0.2.1}]", "sends it to 192.0.2.1"),
    ],
)
def test_serviceentries(more: str, text: str) -> None:
    found = trace(document("ServiceEntry", "e", ENTRY.format(more)), target="http://api.example.com")
    assert only(found).end == "served"
    assert text in step(found, "endpoints").text


def test_a_serviceentry_without_endpoints() -> None:
    found = only(trace(document("ServiceEntry", "e", ENTRY.format("resolution: STATIC")), target="api.example.com"))
    assert (found.status, found.flag, culprit(found)) == (503, "UH", "ServiceEntry shop/e spec.resolution")


def test_a_serviceentry_of_another_namespace_for_itself() -> None:
    entry = document("ServiceEntry", "e", ENTRY.format("resolution: DNS, exportTo: ['.']"), "web")
    found = trace(entry + document("Sidecar", "default", f"{{{REGISTRY_ONLY}}}"), target="http://api.example.com")
    assert culprit(only(found)) == "ServiceEntry web/e spec.exportTo"


def test_a_wildcard_of_a_serviceentry() -> None:
    entry = ENTRY.replace("api.example.com", "'*.example.com'").format("resolution: NONE")
    found = trace(document("ServiceEntry", "e", entry), target="http://api.example.com")
    assert "is ServiceEntry shop/e" in step(found, "host").text


def test_tls_that_the_proxy_makes() -> None:
    entry = document("ServiceEntry", "e", ENTRY.format("resolution: DNS"))
    rule = document("DestinationRule", "d", "{host: api.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}")
    plain = trace(entry + rule, target="http://api.example.com")
    assert "DestinationRule shop/d makes TLS of it (SIMPLE)." in said(plain)
    secure = entry.replace("number: 80, name: http, protocol: HTTP", "number: 443, name: tls, protocol: TLS")
    twice = only(trace(secure + rule, target="https://api.example.com"))
    assert (twice.end, culprit(twice)) == ("fails", "DestinationRule shop/d spec.trafficPolicy.tls.mode")
    assert only(trace(secure, target="https://api.example.com")).end == "served"
    assert "is TLS, and the request is not encrypted" in only(trace(secure, target="http://api.example.com:443")).text


def test_an_unknown_service_behind_an_external_name() -> None:
    alias = "---\napiVersion: v1\nkind: Service\nmetadata: {name: bank, namespace: shop}\n"
    alias += "spec: {type: ExternalName, externalName: api.example.com, ports: [{name: http, port: 80}]}\n"
    found = trace(alias, target="http://bank")
    assert "bank is Service shop/bank, another name for api.example.com." in said(found)
    assert only(found).text == "api.example.com, outside the mesh"
