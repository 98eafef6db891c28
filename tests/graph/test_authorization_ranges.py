"""Which values take in others, which rules cover others, and which contradict themselves."""

import pytest

from meshctl.graph.authorization.contradictions import contradictions
from meshctl.graph.authorization.covered import denied_anyway, redundant
from meshctl.graph.authorization.ranges import apart, takes_in, wider_ones
from meshctl.graph.authorization.rules import (
    HOST,
    METHOD,
    NAMESPACE,
    PORT,
    PRINCIPAL,
    SERVICE_ACCOUNT,
    SOURCE_IP,
    URL_PATH,
)
from tests.authorization import mesh_of, policy, workload

DOMAINS = ("prod", "old")

# The attribute, two values, whether the first takes in the second, and whether nothing fits both.
VALUES: list[tuple[str, str, str, bool, bool]] = [
    (METHOD, "GET", "GET", True, False),
    (METHOD, "GET", "POST", False, True),
    (METHOD, "*", "GET", True, False),
    (METHOD, "P*", "PUT", True, False),
    (METHOD, "PUT", "P*", False, False),
    (URL_PATH, "/a*", "/a/b*", True, False),
    (URL_PATH, "/a/*", "/b/*", False, True),
    (URL_PATH, "/a*", "*b", False, False),
    (URL_PATH, "*b", "*ab", True, False),
    (URL_PATH, "*b", "*a", False, True),
    (URL_PATH, "*b", "a*", False, False),
    (URL_PATH, "/a/{*}", "/a/{*}", True, False),
    (URL_PATH, "/a/*", "/a/{*}", False, False),
    (URL_PATH, "*", "/a/{*}", True, False),
    (HOST, "A.example.com", "a.example.com", True, False),
    (NAMESPACE, "s*p", "shop", False, False),
    (PORT, "80", "80", True, False),
    (PORT, "80", "8080", False, True),
    (SERVICE_ACCOUNT, "shop/a", "shop/b", False, True),
    (SOURCE_IP, "10.0.0.0/8", "10.1.2.3", True, False),
    (SOURCE_IP, "10.1.2.3", "10.0.0.0/8", False, False),
    (SOURCE_IP, "10.1.0.0/16", "10.2.0.0/16", False, True),
    (SOURCE_IP, "10.1.2.3/8", "10.0.0.0/8", True, False),
    (SOURCE_IP, "::/0", "10.0.0.0/8", False, True),
    (SOURCE_IP, "nonsense", "10.0.0.0/8", False, True),
    (PRINCIPAL, "cluster.local/ns/a/sa/b", "prod/ns/a/sa/b", True, False),
    (PRINCIPAL, "prod/ns/*", "cluster.local/ns/a/sa/b", False, False),
    (PRINCIPAL, "cluster.local/ns/*", "cluster.local/ns/a/sa/b", False, True),
    (PRINCIPAL, "other/ns/a/sa/b", "prod/ns/a/sa/b", False, True),
    ("request.auth.claims[role]", "admin", "admin", True, False),
    ("request.auth.claims[role]", "admin", "user", False, False),
    ("request.headers[x]", "a*", "ab", True, False),
]


@pytest.mark.parametrize(("attribute", "one", "other", "wider", "nothing"), VALUES)
def test_values(attribute: str, one: str, other: str, wider: bool, nothing: bool) -> None:
    assert takes_in(attribute, one, other, DOMAINS) is wider
    assert apart(attribute, one, other, DOMAINS) is nothing
    assert apart(attribute, other, one, DOMAINS) is nothing


def test_what_may_be_wider_is_found_by_text() -> None:
    assert {"/a/b", "*", "/a*", "/*", "*b", "*/b"} <= set(wider_ones(URL_PATH, "/a/b"))
    assert {"/a*", "/*", "*"} <= set(wider_ones(URL_PATH, "/a*"))
    assert "*a" not in set(wider_ones(URL_PATH, "/a*"))
    assert {"10.0.0.0/8", "0.0.0.0/0"} <= set(wider_ones(SOURCE_IP, "10.1.2.3"))
    assert list(wider_ones(PORT, "80")) == ["80"]


FROM_FRONT = "from: [{source: {principals: [cluster.local/ns/shop/sa/front]}}]"
GET = "to: [{operation: {methods: [GET], ports: ['80']}}]"

# A rule that allows, one that denies, and whether the former is denied anyway.
RULES: list[tuple[str, str, bool]] = [
    (f"{FROM_FRONT}", "from: [{source: {namespaces: [shop]}}]", True),
    (f"{FROM_FRONT}", "from: [{source: {principals: ['*']}}]", True),
    ("from: [{source: {namespaces: [shop]}}]", "from: [{source: {principals: ['*']}}]", True),
    ("from: [{source: {namespaces: [shop]}}]", FROM_FRONT, False),
    (f"{FROM_FRONT}, {GET}", GET, True),
    (GET, f"{FROM_FRONT}, {GET}", False),
    (GET, "to: [{operation: {ports: ['80', '81']}}]", True),
    ("to: [{operation: {ports: ['80', '82']}}]", "to: [{operation: {ports: ['80', '81']}}]", False),
    ("to: [{operation: {ports: ['80']}}, {operation: {ports: ['81']}}]", "to: [{operation: {ports: ['80']}}]", False),
    (
        "to: [{operation: {ports: ['80']}}, {operation: {ports: ['81']}}]",
        "to: [{operation: {ports: ['81']}}, {operation: {ports: ['80']}}]",
        True,
    ),
    ("to: [{operation: {ports: ['80']}}]", "to: [{operation: {notPorts: ['81']}}]", True),
    ("to: [{operation: {notPorts: ['81']}}]", "to: [{operation: {notPorts: ['81']}}]", True),
    ("to: [{operation: {notPorts: ['81']}}]", "to: [{operation: {notPorts: ['81', '82']}}]", False),
    ("to: [{operation: {notPorts: ['81', '82']}}]", "to: [{operation: {notPorts: ['81']}}]", True),
    ("when: [{key: source.ip, values: [10.1.0.0/16]}]", "from: [{source: {ipBlocks: [10.0.0.0/8]}}]", True),
    ("when: [{key: 'request.headers[a]', values: [b]}]", "when: [{key: 'request.headers[a]', values: ['*']}]", True),
]


@pytest.mark.parametrize(("allowed", "denied", "covered"), RULES)
def test_what_is_denied_anyway(allowed: str, denied: str, covered: bool) -> None:
    allowing = policy(f"{{rules: [{{{allowed}}}]}}", "shop/allow")
    denying = policy(f"{{action: DENY, rules: [{{{denied}}}]}}", "shop/deny")
    for policies in ((allowing, denying), (denying, allowing)):
        found = denied_anyway(mesh_of(*policies))
        assert [(each.one.policy.name, each.by.policy.name) for each in found] == [("allow", "deny")][: int(covered)]


def test_ztunnel_does_not_deny_by_http() -> None:
    allowing = policy(f"{{rules: [{{{FROM_FRONT}, {GET}}}]}}", "shop/allow")
    policies = (allowing, policy(f"{{action: DENY, rules: [{{{GET}}}]}}", "shop/deny"))
    assert denied_anyway(mesh_of(*policies))
    assert not denied_anyway(mesh_of(*policies, labels={"istio.io/dataplane-mode": "ambient"}))


def test_only_a_wider_selector_covers() -> None:
    narrow = policy("{selector: {matchLabels: {app: web, version: v1}}, rules: [{}]}", "shop/narrow")
    wide = policy("{selector: {matchLabels: {app: web}}, rules: [{}]}", "shop/wide")
    other = policy("{selector: {matchLabels: {app: api}}, rules: [{}]}", "shop/other")
    of_mesh = policy("rules: [{}]", "istio-system/mesh")
    assert [e.one.policy.name for e in redundant(mesh_of(narrow, wide, other))] == ["narrow"]
    assert [e.one.policy.name for e in redundant(mesh_of(narrow, wide, other, of_mesh))] == ["narrow", "wide", "other"]


def test_of_equal_rules_the_first_stays() -> None:
    same = [policy("rules: [{to: [{operation: {ports: ['80']}}]}]", f"shop/{name}") for name in "abc"]
    assert [(e.one.policy.name, e.by.policy.name) for e in redundant(mesh_of(*same))] == [("b", "a"), ("c", "a")]


CONTRADICTIONS: list[tuple[str, bool]] = [
    ("from: [{source: {namespaces: [shop], notNamespaces: ['sh*']}}]", True),
    ("from: [{source: {namespaces: [shop, other], notNamespaces: [shop]}}]", False),
    ("from: [{source: {principals: [cluster.local/ns/shop/sa/a], namespaces: [other]}}]", True),
    ("from: [{source: {principals: [cluster.local/ns/shop/sa/a], notNamespaces: [shop]}}]", True),
    ("from: [{source: {principals: ['*/sa/a'], namespaces: [other]}}]", False),
    ("from: [{source: {serviceAccounts: [a]}}], when: [{key: source.serviceAccount, values: [other/a]}]", True),
    ("from: [{source: {serviceAccounts: [a]}}], when: [{key: source.serviceAccount, values: [shop/a]}]", False),
    ("to: [{operation: {ports: ['80']}}], when: [{key: destination.port, values: ['81']}]", True),
    ("to: [{operation: {methods: [GET]}}, {operation: {methods: [PUT], notMethods: ['*']}}]", True),
    ("when: [{key: 'request.auth.claims[a]', values: [b]}, {key: 'request.auth.claims[a]', values: [c]}]", False),
    ("when: [{key: 'request.auth.claims[a]', values: [b], notValues: [b]}]", True),
]


@pytest.mark.parametrize(("rule", "found"), CONTRADICTIONS)
def test_contradictions(rule: str, found: bool) -> None:
    assert bool(list(contradictions(mesh_of(policy(f"rules: [{{{rule}}}]"), workload("shop/a"))))) is found
