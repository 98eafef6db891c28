"""Each field of a rule against each request: the policy allows what the rule fits, and nothing else."""

from typing import Any

import pytest

from tests.authorization import FRONT, decided, mesh_of, policy

TD = {"trustDomain": "prod", "trustDomainAliases": ["old"]}
JWT = "https://issuer.example/login/alice"

Case = tuple[str, dict[str, Any], str]

SOURCES: list[Case] = [
    ("principals: [cluster.local/ns/shop/sa/front]", {"principal": FRONT}, "allowed"),
    ("principals: [cluster.local/ns/shop/sa/front]", {"principal": "cluster.local/ns/shop/sa/frontend"}, "denied"),
    ("principals: [cluster.local/ns/shop/sa/front]", {"principal": ""}, "denied"),
    ("principals: [cluster.local/ns/shop/sa/front]", {}, "depends"),
    ("principals: [cluster.local/ns/shop/sa/front]", {"namespace": "other"}, "denied"),
    ("principals: [cluster.local/ns/shop/sa/front]", {"service_account": "other"}, "denied"),
    ("principals: ['*']", {"principal": FRONT}, "allowed"),
    ("principals: ['*']", {"principal": ""}, "denied"),
    ("principals: ['*/sa/front']", {"principal": FRONT}, "allowed"),
    ("principals: ['cluster.local/ns/shop/*']", {"principal": FRONT}, "allowed"),
    ("principals: ['cluster.local/ns/shop/*']", {"principal": "cluster.local/ns/shopping/sa/front"}, "denied"),
    ("notPrincipals: [cluster.local/ns/shop/sa/front]", {"principal": FRONT}, "denied"),
    ("notPrincipals: [cluster.local/ns/shop/sa/front]", {"principal": ""}, "allowed"),
    ("notPrincipals: [cluster.local/ns/shop/sa/front]", {}, "depends"),
    ("namespaces: [shop]", {"principal": FRONT}, "allowed"),
    ("namespaces: [shop]", {"namespace": "shop"}, "allowed"),
    ("namespaces: [shop]", {"namespace": "shop-test"}, "denied"),
    ("namespaces: ['s*p']", {"namespace": "shop"}, "allowed"),
    ("namespaces: ['*']", {"principal": ""}, "denied"),
    ("notNamespaces: [shop]", {"principal": FRONT}, "denied"),
    ("notNamespaces: [shop]", {"principal": ""}, "allowed"),
    ("serviceAccounts: [front]", {"principal": FRONT}, "allowed"),
    ("serviceAccounts: [other/front]", {"principal": FRONT}, "denied"),
    ("serviceAccounts: [front]", {"namespace": "other"}, "denied"),
    ("serviceAccounts: [front]", {"namespace": "shop"}, "depends"),
    ("notServiceAccounts: [shop/front]", {"principal": FRONT}, "denied"),
    ("trustDomains: [cluster.local]", {"principal": FRONT}, "allowed"),
    ("trustDomains: ['*.local']", {"principal": FRONT}, "allowed"),
    ("trustDomains: [elsewhere]", {"principal": FRONT}, "denied"),
    ("ipBlocks: [10.1.0.0/16]", {"source_ip": "10.1.2.3"}, "allowed"),
    ("ipBlocks: [10.1.2.3]", {"source_ip": "10.1.2.4"}, "denied"),
    ("ipBlocks: ['2001:db8::/32']", {"source_ip": "10.1.2.3"}, "denied"),
    ("ipBlocks: [10.1.0.0/16]", {}, "depends"),
    ("notIpBlocks: [10.1.0.0/16]", {"source_ip": "10.1.2.3"}, "denied"),
    ("remoteIpBlocks: [203.0.113.0/24]", {"remote_ip": "203.0.113.9"}, "allowed"),
    ("remoteIpBlocks: [203.0.113.0/24]", {"source_ip": "203.0.113.9"}, "depends"),
    ("requestPrincipals: ['*']", {"request_principal": JWT}, "allowed"),
    ("requestPrincipals: ['*']", {"request_principal": ""}, "denied"),
    ("requestPrincipals: ['https://issuer.example/login/alice']", {"request_principal": JWT}, "allowed"),
    ("requestPrincipals: ['https://issuer.example/login/*']", {"request_principal": JWT}, "allowed"),
    ("requestPrincipals: ['https://issuer.example/*']", {"request_principal": JWT}, "denied"),
    ("requestPrincipals: ['*/alice']", {"request_principal": JWT}, "allowed"),
    ("notRequestPrincipals: ['*']", {"request_principal": ""}, "allowed"),
    ("principals: ['*'], namespaces: [other]", {"principal": FRONT}, "denied"),
    ("principals: [x], ipBlocks: [10.0.0.0/8]", {"principal": FRONT}, "denied"),
]
OPERATIONS: list[Case] = [
    ("methods: [GET]", {"method": "GET"}, "allowed"),
    ("methods: [GET]", {"method": "get"}, "denied"),
    ("methods: ['P*']", {"method": "PATCH"}, "allowed"),
    ("methods: ['*']", {}, "depends"),
    ("notMethods: [GET]", {"method": "POST"}, "allowed"),
    ("paths: [/api]", {"path": "/api?page=2"}, "allowed"),
    ("paths: [/api]", {"path": "/api/"}, "denied"),
    ("paths: ['/api/*']", {"path": "/api/v1/x"}, "allowed"),
    ("paths: ['*/health']", {"path": "/a/b/health"}, "allowed"),
    ("paths: ['*']", {"path": "/"}, "allowed"),
    ("paths: ['/shops/{*}/items']", {"path": "/shops/12/items"}, "allowed"),
    ("paths: ['/shops/{*}/items']", {"path": "/shops/1/2/items"}, "denied"),
    ("paths: ['/shops/{**}']", {"path": "/shops/1/2/items"}, "allowed"),
    ("paths: ['/shops/{**}']", {"path": "/shops"}, "denied"),
    ("notPaths: [/admin]", {"path": "/admin"}, "denied"),
    ("hosts: [web.example.com]", {"host": "WEB.example.com"}, "allowed"),
    ("hosts: [web.example.com]", {"host": "web.example.com:8080"}, "denied"),
    ("hosts: ['web.example.com:*']", {"host": "web.example.com:8080"}, "allowed"),
    ("hosts: ['*.example.com']", {"host": "example.com"}, "denied"),
    ("notHosts: ['*.example.com']", {"host": "web.example.com"}, "denied"),
    ("ports: ['8080']", {"port": 8080}, "allowed"),
    ("ports: ['80']", {"port": 8080}, "denied"),
    ("notPorts: ['80']", {"port": 8080}, "allowed"),
    ("ports: ['80']", {}, "depends"),
    ("methods: [GET], paths: [/a]", {"method": "POST"}, "denied"),
    ("methods: [GET], notPaths: [/a]", {"method": "GET", "path": "/b"}, "allowed"),
]
CONDITIONS: list[Case] = [
    ("key: 'request.headers[x-team]', values: [blue]", {"headers": {"X-Team": "blue"}}, "allowed"),
    ("key: 'request.headers[x-team]', values: ['*']", {"headers": {"x-team": ""}}, "denied"),
    ("key: 'request.headers[x-team]', values: [blue]", {}, "depends"),
    ("key: 'request.headers[x-team]', notValues: [blue]", {"headers": {"x-team": "red"}}, "allowed"),
    ("key: source.ip, values: [10.0.0.0/8]", {"source_ip": "10.2.3.4"}, "allowed"),
    ("key: remote.ip, values: [10.0.0.0/8]", {"remote_ip": "11.2.3.4"}, "denied"),
    ("key: source.namespace, values: [shop]", {"principal": FRONT}, "allowed"),
    ("key: source.principal, notValues: ['*/sa/front']", {"principal": FRONT}, "denied"),
    ("key: source.serviceAccount, values: [shop/front]", {"principal": FRONT}, "allowed"),
    ("key: source.trustDomain, values: [prod]", {"principal": FRONT}, "denied"),
    ("key: destination.port, values: ['80']", {"port": 80}, "allowed"),
    ("key: destination.ip, values: [10.0.0.1]", {"destination_ip": "10.0.0.1"}, "allowed"),
    ("key: connection.sni, values: ['*.example.com']", {"sni": "a.example.com"}, "allowed"),
    ("key: 'request.auth.claims[role]', values: [admin]", {"request_principal": JWT}, "depends"),
    ("key: 'request.auth.claims[role]', values: [admin]", {"request_principal": ""}, "denied"),
    ("key: request.auth.audiences, notValues: [admin]", {"request_principal": ""}, "allowed"),
    ("key: request.auth.principal, values: ['*/alice']", {"request_principal": JWT}, "allowed"),
    ("key: 'experimental.envoy.filters.a.b[c]', values: [d]", {}, "depends"),
]
DOMAINS: list[Case] = [
    ("principals: [cluster.local/ns/shop/sa/front]", {"principal": "prod/ns/shop/sa/front"}, "allowed"),
    ("principals: [prod/ns/shop/sa/front]", {"principal": "old/ns/shop/sa/front"}, "allowed"),
    ("principals: [old/ns/shop/sa/front]", {"principal": "prod/ns/shop/sa/front"}, "allowed"),
    ("principals: [prod/ns/shop/sa/front]", {"principal": FRONT}, "denied"),
    ("principals: [other/ns/shop/sa/front]", {"principal": "prod/ns/shop/sa/front"}, "denied"),
    ("principals: [other/ns/shop/sa/front]", {"principal": "other/ns/shop/sa/front"}, "allowed"),
    ("principals: ['*d/ns/shop/sa/front']", {"principal": "old/ns/shop/sa/front"}, "allowed"),
    ("principals: ['*/ns/shop/sa/front']", {"principal": "other/ns/shop/sa/front"}, "allowed"),
    ("principals: ['cluster.local/ns/shop/*']", {"principal": "prod/ns/shop/sa/front"}, "denied"),
    ("trustDomains: [prod]", {"principal": "old/ns/shop/sa/front"}, "allowed"),
    ("trustDomains: [cluster.local]", {"principal": "prod/ns/shop/sa/front"}, "denied"),
]


def check(rule: str, request: dict[str, Any], verdict: str, config: dict[str, Any] | None = None) -> None:
    mesh = mesh_of(policy(f"rules: [{rule}]"), config=config)
    found = decided(mesh, **request)
    assert found.verdict == verdict, found.reason
    assert bool(found.missing) is (verdict == "depends")


@pytest.mark.parametrize(("source", "request_", "verdict"), SOURCES)
def test_sources(source: str, request_: dict[str, Any], verdict: str) -> None:
    check(f"{{from: [{{source: {{{source}}}}}]}}", request_, verdict)


@pytest.mark.parametrize(("operation", "request_", "verdict"), OPERATIONS)
def test_operations(operation: str, request_: dict[str, Any], verdict: str) -> None:
    check(f"{{to: [{{operation: {{{operation}}}}}]}}", request_, verdict)


@pytest.mark.parametrize(("condition", "request_", "verdict"), CONDITIONS)
def test_conditions(condition: str, request_: dict[str, Any], verdict: str) -> None:
    check(f"{{when: [{{{condition}}}]}}", request_, verdict)


@pytest.mark.parametrize(("source", "request_", "verdict"), DOMAINS)
def test_trust_domains(source: str, request_: dict[str, Any], verdict: str) -> None:
    check(f"{{from: [{{source: {{{source}}}}}]}}", request_, verdict, TD)
