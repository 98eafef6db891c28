"""`meshctl trace` where Consul decides: the discovery chain and intentions, each step with its field."""

import json
from pathlib import Path
from typing import Any

import pytest

from meshctl.graph.consul.requests import Request, fits
from tests.cli.command import ROOT, inside
from tests.graph.consulmesh import deployment, entry, injector

HEALTHY = str(ROOT / "fixtures/meshes/consul")
BROKEN = str(ROOT / "fixtures/meshes/consul-broken")
SERVICE = """apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: shop}
spec: {selector: {app: NAME}, ports: [{port: 80}]}
"""
ON = 'connect-inject: "true"'


def report(client: str, target: str, file: str, *more: str) -> dict[str, Any]:
    done = inside("trace", client, target, "-f", file, "--complete", "--no-config", "-o", "json", *more)
    value: dict[str, Any] = json.loads(done.out)
    return value


def steps(found: dict[str, Any]) -> list[str]:
    """Stage, verdict, and the field that decides, of each step."""
    return [
        f"{s['stage']} {s['verdict']} {(s['resource'] or {}).get('name', '')} {s['path']}".strip()
        for s in found["trace"]
    ]


def ends(found: dict[str, Any]) -> list[tuple[str, float, int | None, list[str]]]:
    return [(o["end"], o["share"], o["status"], [by["name"] for by in o["by"]]) for o in found["traceOutcomes"]]


def test_the_whole_chain() -> None:
    found = report("public-api.shop", "http://products.shop/beta", HEALTHY, "--header", "X-Tester: 1")
    assert steps(found) == [
        "client passes public-api",
        "host passes",
        "route passes products spec.routes[0].destination",
        "subset passes products spec.subsets.v2",
        "endpoints passes products-v2",
        "access passes products spec.sources[0].action",
        "tls passes",
    ]
    assert ends(found) == [("served", 1.0, None, ["products-v2"])]


def test_parts_by_the_weights_of_a_splitter() -> None:
    found = report("public-api.shop", "http://products.shop/", HEALTHY)
    assert ends(found) == [("served", 0.9, None, ["products"]), ("served", 0.1, None, ["products-v2"])]


def test_a_redirect_and_the_default_subset() -> None:
    found = report("public-api.shop", "http://menu.virtual.consul/", HEALTHY)
    assert steps(found)[2:4] == [
        "route passes menu spec.redirect",
        "route passes products spec.defaultSubset",
    ]


@pytest.mark.parametrize(
    ("client", "target", "end", "status", "culprit"),
    [
        ("frontend.shop", "http://roasts.shop/", "fails", 403, "deny-all spec.sources[0].action"),
        ("payments.money", "http://localhost:5432/", "served", None, ""),
        ("payments.money", "tcp://localhost:9999", "fails", None, "payments"),
        # Its sidecar takes listed upstreams alone, and that of the other one mutual TLS alone.
        ("admin.money", "http://frontend.shop/", "fails", None, "frontend spec.template.metadata.annotations"),
        ("consul-front.consul", "http://frontend.shop/", "served", None, ""),
        ("consul-front.consul", "http://roasts.shop/", "fails", 403, "deny-all spec.sources[0].action"),
        ("frontend.shop", "http://public-api.shop/", "depends", None, "public-api spec"),
        ("payments.money", "http://localhost:8081/", "served", None, ""),
    ],
)
def test_who_is_to_blame(client: str, target: str, end: str, status: int | None, culprit: str) -> None:
    found = report(client, target, HEALTHY)
    (outcome,) = found["traceOutcomes"]
    assert (outcome["end"], outcome["status"]) == (end, status)
    blamed = f"{(outcome['resource'] or {}).get('name', '')} {outcome['path']}".strip()
    assert blamed.startswith(culprit) and bool(blamed) is bool(culprit)
    assert found["summary"]["byCode"] == (
        {"MSH501": 1} if end == "fails" else {"MSH502": 1} if end == "depends" else {}
    )


def test_what_consul_refuses_is_not_known() -> None:
    found = report("public-api.shop", "http://products.shop/", BROKEN)
    assert [(end, by) for end, _, _, by in ends(found)] == [("served", ["products"]), ("depends", [])]
    circle = report("public-api.shop", "http://old-menu.virtual.consul/", BROKEN)
    assert ends(circle)[0][0] == "fails" and "leads back to itself" in circle["traceOutcomes"][0]["text"]


def written(folder: Path, *documents: str) -> str:
    file = folder / "mesh.yaml"
    file.write_text("---\n".join(documents))
    return str(file)


def test_a_subset_without_pods_is_a_503(tmp_path: Path) -> None:
    resolver = entry(
        "ServiceResolver", "web", "{defaultSubset: v2, subsets: {v2: {filter: Service.Meta.version == v2}}}"
    )
    allowed = entry("ServiceIntentions", "web", "{destination: {name: web}, sources: [{name: '*', action: allow}]}")
    pods = (deployment("cart", ON), deployment("web", ON, "service-meta-version: v1"))
    services = [SERVICE.replace("NAME", name) for name in ("web", "cart")]
    found = report("cart", "http://web.shop/", written(tmp_path, *services, *pods, resolver, allowed))
    assert ends(found) == [("fails", 1.0, 503, [])]
    assert found["findings"][0]["code"] in ("CSL208", "MSH501")


def test_permissive_servers_take_plain_bytes(tmp_path: Path) -> None:
    outside = deployment("cart", 'connect-inject: "false"')
    server = (SERVICE.replace("NAME", "web"), deployment("web", ON), injector('-allow-k8s-namespace="*"'))
    strict = report("cart", "http://web.shop/", written(tmp_path, outside, *server))
    assert ends(strict) == [("fails", 1.0, None, [])]
    permissive = entry("ServiceDefaults", "web", "{protocol: http, mutualTLSMode: permissive}")
    taken = report("cart", "http://web.shop/", written(tmp_path, outside, *server, permissive))
    assert ends(taken) == [("served", 1.0, None, ["web"])]


@pytest.mark.parametrize(
    ("http", "request_", "wanted"),
    [
        ({}, Request(), True),
        ({"pathPrefix": "/API", "caseInsensitive": True}, Request(path="/api/v1"), True),
        ({"pathExact": "/a"}, Request(path="/a/b"), False),
        ({"methods": ["POST"]}, Request(), False),
        ({"queryParam": [{"name": "beta", "present": True}]}, Request(query={"beta": ""}), True),
        ({"queryParam": [{"name": "v", "regex": "[0-9]+"}]}, Request(query={"v": "x1"}), False),
        ({"header": [{"name": "X-A", "suffix": "z", "invert": True}]}, Request(headers={"x-a": "xyz"}), False),
    ],
)
def test_matches_of_routes(http: dict[str, Any], request_: Request, wanted: bool) -> None:
    assert fits(http, request_) is wanted
