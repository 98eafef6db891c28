"""Fields that no recorded mesh has: objects as Istio's own tests expect them of it, and each with another value."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from meshctl.model.paths import dotted
from meshctl.proxy.drift.drift import drift
from meshctl.proxy.gather import Sources, gather
from tests.proxy.drifting import mesh_of

TYPE = "type.googleapis.com/envoy."
Change = Callable[[Any], Any]
POD = """
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web}, {name: istio-proxy}]}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {clusterIP: 10.9.0.1, selector: {app: api}, ports: [{name: http, port: 80}, {name: tcp, port: 9000}]}
---
"""


def differing(place: Path, resources: str, **sections: Any) -> list[tuple[str, Any, Any]]:
    """Path, desired and running value of what drifts in a dump with these listeners, routes and clusters."""
    metadata = {"LABELS": {"app": "web"}, "NAMESPACE": "shop"}
    node = {"id": "sidecar~10.1.0.9~web-1.shop~shop.svc.cluster.local", "metadata": metadata}
    configs: list[Any] = [{"@type": f"{TYPE}admin.v3.BootstrapConfigDump", "bootstrap": {"node": node}}]
    lists: dict[str, tuple[str, str, Change]] = {
        "listeners": ("Listeners", "dynamic_listeners", lambda each: {"active_state": {"listener": each}}),
        "routes": ("Routes", "dynamic_route_configs", lambda each: {"route_config": each}),
        "clusters": ("Clusters", "dynamic_active_clusters", lambda each: {"cluster": each}),
    }
    for name, bodies in sections.items():
        section, field, wrapped = lists[name]
        configs.append({"@type": f"{TYPE}admin.v3.{section}ConfigDump", field: [wrapped(body) for body in bodies]})
    place.mkdir(exist_ok=True)
    (place / "web-1.config_dump.json").write_text(json.dumps({"configs": configs}))
    (place / "mesh.yaml").write_text(POD + resources)
    outcome = drift(mesh_of(place / "mesh.yaml"), gather(Sources(dumps=[str(place)])))
    assert outcome.checked == 1
    return [(dotted(d.path), d.desired, d.running) for d in outcome.differences]


def inbound(*filters: Any) -> Any:
    manager = {"http_filters": list(filters)}
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
    return {"name": "virtualInbound", "filter_chains": [chain]}


def rbac(**rules: Any) -> Any:
    return {"name": "x", "typed_config": {"@type": f"{TYPE}extensions.filters.http.rbac.v3.RBAC", **rules}}


def some(*ids: Any) -> Any:
    return {"or_ids": {"ids": list(ids)}}


def enforced(name: str, permissions: Any, principals: Any, *, prefix: str = "", action: str = "ALLOW") -> Any:
    rule = {
        "permissions": [{"and_rules": {"rules": permissions or [{"any": True}]}}],
        "principals": [{"and_ids": {"ids": principals or [{"any": True}]}}],
    }
    return {"action": action, "policies": {f"{prefix}ns[shop]-policy[{name}]-rule[0]": rule}}


def policy(spec: str, annotations: str = "{}") -> str:
    return f"""
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {{name: p, namespace: shop, annotations: {annotations}}}
spec: {spec}
"""


WHEN = """
  action: ALLOW
  rules:
  - when:
    - {key: "request.headers[X-Team]", values: [blue, "green-*"]}
    - {key: source.ip, values: [10.0.0.0/8], notValues: [10.9.9.9]}
    - {key: source.namespace, values: [front]}
    - {key: destination.port, values: ["8080"]}
    - {key: connection.sni, values: ["*.shop"]}
"""
SNI = {"requested_server_name": {"suffix": ".shop"}}
AMONG = "^{0}$|^{0},.*|.*,{0},.*|.*,{0}$"


def conditioned(port: int = 8080, header: str = "blue", space: str = "front", address: str = "10.0.0.0") -> Any:
    header_ids = [
        {"header": {"name": "X-Team", "safe_regex_match": {"regex": AMONG.format(value)}}}
        for value in (header, "green-.*")
    ]
    name = {"authenticated": {"principal_name": {"safe_regex": {"regex": f".*/ns/{space}/.*"}}}}
    principals = [
        some({"direct_remote_ip": {"address_prefix": address, "prefix_len": 8}}),
        {"not_id": some({"direct_remote_ip": {"address_prefix": "10.9.9.9", "prefix_len": 32}})},
        some(name),
        some(*header_ids),
    ]
    permissions = [{"or_rules": {"rules": [each]}} for each in ({"destination_port": port}, SNI)]
    return inbound(rbac(rules=enforced("p", permissions, principals)))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"port": 81}, [("spec.rules[0].when[3].values[0]", "8080", "81")]),
        ({"header": "azure"}, [("spec.rules[0].when[0].values[0]", "blue", "azure")]),
        ({"space": "back"}, [("spec.rules[0].when[2].values[0]", "front", "back")]),
        ({"address": "11.0.0.0"}, [("spec.rules[0].when[1].values[0]", "10.0.0.0/8", "11.0.0.0/8")]),
    ],
)
def test_conditions(tmp_path: Path, change: dict[str, Any], found: list[Any]) -> None:
    assert differing(tmp_path / "one", policy(WHEN), listeners=[conditioned(**change)]) == found


NAMED = "{action: ACTION, rules: [{to: [{operation: {paths: [/a]}}]}]}"
PATHS = [{"or_rules": {"rules": [{"url_path": {"path": {"exact": "/a"}}}]}}]


def test_audited(tmp_path: Path) -> None:
    wanted = policy(NAMED.replace("ACTION", "AUDIT"))
    assert (
        differing(tmp_path / "one", wanted, listeners=[inbound(rbac(rules=enforced("p", PATHS, [], action="LOG")))])
        == []
    )
    other = inbound(rbac(rules=enforced("p", PATHS, [], action="DENY")))
    assert differing(tmp_path / "two", wanted, listeners=[other]) == [("spec.action", "LOG", "DENY")]


def test_decided_elsewhere(tmp_path: Path) -> None:
    wanted = policy(NAMED.replace("ACTION", "CUSTOM"))
    shadow = enforced("p", PATHS, [], prefix="istio-ext-authz-", action="DENY")
    assert differing(tmp_path / "one", wanted, listeners=[inbound(rbac(shadow_rules=shadow))]) == []
    assert differing(tmp_path / "two", wanted, listeners=[inbound()]) == [("metadata.name", True, False)]


def test_dry_run(tmp_path: Path) -> None:
    wanted = policy(NAMED.replace("ACTION", "DENY"), '{istio.io/dry-run: "true"}')
    rules = enforced("p", PATHS, [], action="DENY")
    path = 'metadata.annotations["istio.io/dry-run"]'
    assert differing(tmp_path / "one", wanted, listeners=[inbound(rbac(shadow_rules=rules))]) == []
    ((place, desired, running),) = differing(tmp_path / "two", wanted, listeners=[inbound(rbac(rules=rules))])
    assert (place.replace("'", '"'), desired, running) == (path, 0, 1)


TOKENS = """
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: t, namespace: shop}
spec:
  jwtRules: [{issuer: "https://a.example", audiences: [one, two], forwardOriginalToken: true, jwks: "{}"}]
"""


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"audiences": ["two"]}, [("spec.jwtRules[0].audiences", ("one", "two"), ("two",))]),
        ({"forward": False}, [("spec.jwtRules[0].forwardOriginalToken", True, False)]),
        ({"issuer": "https://b.example"}, [("spec.jwtRules[0].issuer", True, False)]),
        ({"local_jwks": {"inline_string": "{1}"}}, [("spec.jwtRules[0].jwks", "{}", "{1}")]),
    ],
)
def test_tokens(tmp_path: Path, change: dict[str, Any], found: list[Any]) -> None:
    provider = {"issuer": "https://a.example", "audiences": ["two", "one"], "forward": True}
    provider |= {"local_jwks": {"inline_string": "{}"}, **change}
    jwt = {
        "@type": f"{TYPE}extensions.filters.http.jwt_authn.v3.JwtAuthentication",
        "providers": {"origins-0": provider},
    }
    listeners = [inbound({"name": "envoy.filters.http.jwt_authn", "typed_config": jwt})]
    assert differing(tmp_path / "one", TOKENS, listeners=listeners) == found


DELEGATING = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: root, namespace: shop}
spec:
  hosts: [api]
  http:
  - name: outer
    match: [{uri: {prefix: /a}}]
    timeout: 3s
    delegate: {name: inner, namespace: shop}
  - route: [{destination: {host: api}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: inner, namespace: shop}
spec:
  http:
  - name: deep
    match: [{uri: {prefix: /a/b}, headers: {x: {exact: z}}}]
    retries: {attempts: 4}
    route: [{destination: {host: api}}]
  - match: [{uri: {prefix: /elsewhere}}]
    route: [{destination: {host: api}}]
"""


def routed(change: Change = lambda routes: None) -> Any:
    metadata = {
        "filter_metadata": {"istio": {"config": "/apis/networking.istio.io/v1/namespaces/shop/virtual-service/root"}}
    }
    to = {"cluster": "outbound|80||api.shop.svc.cluster.local"}
    header = {"name": "x", "string_match": {"exact": "z"}}
    routes = [
        {
            "name": "outer-deep",
            "match": {"prefix": "/a/b", "case_sensitive": True, "headers": [header]},
            "route": {**to, "timeout": "3s", "retry_policy": {"num_retries": 4}},
            "metadata": metadata,
        },
        {"match": {"prefix": "/"}, "route": {**to, "timeout": "0s"}, "metadata": metadata},
    ]
    change(routes)
    return {"name": "80", "virtual_hosts": [{"name": "api.shop.svc.cluster.local:80", "routes": routes}]}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda routes: None, []),
        (lambda routes: routes[0]["route"].update(timeout="9s"), [("spec.http[0].timeout", "3s", "9s")]),
        (
            lambda routes: routes[0]["route"]["retry_policy"].update(num_retries=1),
            [("spec.http[0].retries.attempts", 4, 1)],
        ),
        (lambda routes: routes.pop(0), [("spec.http[0].match[0]", "outer-deep", None)]),
    ],
)
def test_delegates(tmp_path: Path, change: Change, found: list[Any]) -> None:
    assert differing(tmp_path / "one", DELEGATING, routes=[routed(change)]) == found


def test_delegates_that_are_not_in_the_input_tell_nothing(tmp_path: Path) -> None:
    root = next(d for d in yaml.safe_load_all(DELEGATING) if d["metadata"]["name"] == "root")
    changed = routed(lambda routes: routes[0]["route"].update(timeout="9s"))
    assert differing(tmp_path / "one", yaml.safe_dump(root), routes=[changed]) == []


MUTUAL = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: shop}
spec:
  host: api
  trafficPolicy:
    tls: {mode: MUTUAL, clientCertificate: /c/own.pem, privateKey: /c/key.pem, caCertificates: /c/ca.pem}
"""


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [("/c/own.pem~", "/c/old.pem~", "clientCertificate"), ("/c/ca.pem", "/c/old.pem", "caCertificates")],
)
def test_files_of_certificates(tmp_path: Path, before: str, after: str, field: str) -> None:
    limits = dict.fromkeys(("max_connections", "max_pending_requests", "max_requests", "max_retries"), 2**32 - 1)
    context = {
        "tls_certificate_sds_secret_configs": [{"name": "file-cert:/c/own.pem~/c/key.pem"}],
        "combined_validation_context": {"validation_context_sds_secret_config": {"name": "file-root:/c/ca.pem"}},
    }
    rule = {
        "filter_metadata": {"istio": {"config": "/apis/networking.istio.io/v1/namespaces/shop/destination-rule/api"}}
    }
    clusters = [
        {
            "name": f"outbound|{port}||api.shop.svc.cluster.local",
            "connect_timeout": "10s",
            "lb_policy": "LEAST_REQUEST",
            "circuit_breakers": {"thresholds": [limits]},
            "transport_socket": {"typed_config": {"common_tls_context": copy.deepcopy(context)}},
            "metadata": rule,
        }
        for port in (80, 9000)
    ]
    assert differing(tmp_path / "one", MUTUAL, clusters=clusters) == []
    changed = json.loads(json.dumps(clusters).replace(before, after))
    ((path, _, running),) = differing(tmp_path / "two", MUTUAL, clusters=changed)
    assert path == f"spec.trafficPolicy.tls.{field}" and "old.pem" in running
