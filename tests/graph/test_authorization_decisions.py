"""What several policies decide together, and who decided."""

from typing import Any

import pytest

from meshctl.graph.authorization.policies import policies_of
from meshctl.graph.kinds.workload import Deployment
from meshctl.model.resource import Resource
from tests.authorization import FRONT, decided, mesh_of, policy, resource

GET = "{to: [{operation: {methods: [GET]}}]}"
ADMIN = "{to: [{operation: {paths: ['/admin*']}}]}"
FROM_FRONT = "{from: [{source: {principals: [cluster.local/ns/shop/sa/front]}}]}"
EXTERNAL = {"extensionProviders": [{"name": "opa", "envoyExtAuthzGrpc": {}}, {"name": "log", "zipkin": {}}]}


def allow(rules: str, name: str = "allow", **metadata: Any) -> Resource:
    return policy(f"rules: [{rules}]", f"shop/{name}", **metadata)


def deny(rules: str, name: str = "deny", **metadata: Any) -> Resource:
    return policy(f"{{action: DENY, rules: [{rules}]}}", f"shop/{name}", **metadata)


def custom(rules: str, provider: str = "opa") -> Resource:
    return policy(f"{{action: CUSTOM, provider: {{name: {provider}}}, rules: [{rules}]}}", "shop/custom")


ROWS: list[tuple[str, list[Resource], dict[str, Any], str, str]] = [
    ("none", [], {}, "allowed", ""),
    ("allow all", [allow("{}")], {}, "allowed", "allow"),
    ("empty spec denies all", [policy("{}", "shop/nothing")], {}, "denied", "nothing"),
    ("allow without rules denies all", [policy("{rules: []}", "shop/nothing")], {}, "denied", "nothing"),
    ("deny all", [deny("{}")], {}, "denied", "deny"),
    ("deny without rules denies nothing", [policy("{action: DENY}")], {}, "allowed", ""),
    ("deny goes first", [allow("{}"), deny(GET)], {"method": "GET"}, "denied", "deny"),
    ("deny of others", [allow("{}"), deny(GET)], {"method": "PUT"}, "allowed", "allow"),
    ("deny alone", [deny(GET)], {"method": "PUT"}, "allowed", ""),
    ("deny perhaps", [allow("{}"), deny(ADMIN)], {"method": "GET"}, "depends", "deny"),
    ("denied by allow, whatever deny says", [allow(GET), deny(ADMIN)], {"method": "PUT"}, "denied", "allow"),
    ("denied, whatever allow says", [allow(FROM_FRONT), deny(GET)], {"method": "GET"}, "denied", "deny"),
    ("one of two allows", [allow(GET, "get"), allow(FROM_FRONT)], {"principal": FRONT, "method": "PUT"},
     "allowed", "allow"),
    ("none of two allows", [allow(GET, "get"), allow(ADMIN)], {"method": "PUT", "path": "/"}, "denied", "get"),
    ("allow perhaps", [allow(GET, "get"), allow(ADMIN)], {"method": "PUT"}, "depends", "allow"),
    ("second rule", [allow(f"{ADMIN}, {GET}")], {"method": "GET", "path": "/"}, "allowed", "allow"),
    ("audit decides nothing", [policy(f"{{action: AUDIT, rules: [{GET}]}}")], {"method": "GET"}, "allowed", ""),
    ("asks", [custom("{}")], {}, "depends", "custom"),
    ("asks perhaps", [custom(GET)], {}, "depends", "custom"),
    ("asks not", [custom(GET)], {"method": "PUT"}, "allowed", ""),
    ("asks, but deny", [custom("{}"), deny(GET)], {"method": "GET"}, "denied", "deny"),
    ("asks, but allow", [custom("{}"), allow(GET)], {"method": "PUT"}, "denied", "allow"),
    ("asks nobody", [custom(GET, "opal")], {"method": "GET"}, "denied", "custom"),
    ("asks nobody about others", [custom(GET, "opal")], {"method": "PUT"}, "allowed", ""),
    ("asks one that cannot say", [custom("{}", "log")], {}, "denied", "custom"),
    ("deny on trial", [deny("{}", annotations={"istio.io/dry-run": "true"})], {}, "allowed", ""),
    ("allow on trial", [allow(GET, annotations={"istio.io/dry-run": "true"})], {"method": "PUT"}, "allowed", ""),
    ("deny who is not front, in plaintext", [deny("{from: [{source: {notPrincipals: ['*/sa/front']}}]}")],
     {"principal": ""}, "denied", "deny"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "policies", "request_", "verdict", "who"), ROWS, ids=[row[0] for row in ROWS])
def test_decisions(case: str, policies: list[Resource], request_: dict[str, Any], verdict: str, who: str) -> None:
    found = decided(mesh_of(*policies, config=EXTERNAL), **request_)
    assert (found.verdict, found.policy.name if found.policy else "") == (verdict, who), found.reason
    assert [p.name for p in found.considered] == [p.id.name for p in policies]


REASONS = [
    ([allow(GET)], {"method": "PUT"}, "the method does not fit spec.rules[0].to[0].operation.methods (GET)."),
    ([allow(FROM_FRONT)], {"principal": ""}, "the caller has no identity, as spec.rules[0].from[0].source.principals"),
    ([allow(GET)], {"http": False}, "only HTTP fits spec.rules[0].to[0].operation.methods (GET)."),
    ([allow(f"{ADMIN}, {GET}")], {"method": "PUT"}, "it only if spec.rules[0] fits: the path is not known."),
    (
        [allow("{to: [{operation: {notPaths: [/a]}}]}"), allow(f"{FROM_FRONT}", "front")],
        {"path": "/a", "principal": ""},
        "None of 2 policies allows it; AuthorizationPolicy shop/allow nearly does: the path is excluded by"
        " spec.rules[0].to[0].operation.notPaths (/a).",
    ),
    ([deny(GET)], {"method": "GET"}, "AuthorizationPolicy shop/deny denies it: spec.rules[0] fits."),
    ([policy("{}", "shop/nothing")], {}, "AuthorizationPolicy shop/nothing allows nothing, as it has no rules."),
    ([custom("{}")], {}, "AuthorizationPolicy shop/custom asks opa, which decides: spec.rules[0] fits."),
]


@pytest.mark.parametrize(("policies", "request_", "reason"), REASONS, ids=[reason for _, _, reason in REASONS])
def test_reasons(policies: list[Resource], request_: dict[str, Any], reason: str) -> None:
    assert reason in decided(mesh_of(*policies, config=EXTERNAL), **request_).reason


def test_the_field_in_the_way_is_the_path() -> None:
    both = "{from: [{source: {namespaces: [shop]}}], to: [{operation: {methods: [GET]}}, {operation: {paths: [/a]}}]}"
    found = decided(mesh_of(allow(both)), namespace="shop", method="PUT", path="/b")
    assert found.path == ("spec", "rules", 0, "to", 0, "operation", "methods")


def test_an_unknown_provider_is_asked_where_the_mesh_config_is_not_known() -> None:
    found = decided(mesh_of(custom("{}", "opal")))
    assert (found.verdict, found.missing) == ("depends", ("the answer of opal",))


def test_tokens_are_absent_where_nobody_looks_at_them() -> None:
    signed = allow("{from: [{source: {requestPrincipals: ['*']}}]}")
    looking = resource("RequestAuthentication", "shop/jwt", {"jwtRules": [{"issuer": "me"}]})
    assert decided(mesh_of(signed)).verdict == "denied"
    assert decided(mesh_of(signed, looking)).verdict == "depends"


SCOPES: list[tuple[Resource, bool]] = [
    (policy("{}", "shop/p"), True),
    (policy("{}", "other/p"), False),
    (policy("{}", "istio-system/p"), True),
    (policy("{selector: {matchLabels: {app: web}}}", "shop/p"), True),
    (policy("{selector: {matchLabels: {app: web, version: v1}}}", "shop/p"), False),
    (policy("{selector: {}}", "shop/p"), True),
    (policy("{selector: {matchLabels: {app: web}}}", "istio-system/p"), True),
    (policy("{selector: {matchLabels: {app: api}}}", "istio-system/p"), False),
    (policy("{targetRefs: [{group: '', kind: Service, name: web}]}", "shop/p"), False),
    (policy("{targetRef: {group: gateway.networking.k8s.io, kind: Gateway, name: web}}", "shop/p"), False),
]


@pytest.mark.parametrize(("one", "is_for_it"), SCOPES)
def test_for_whom_a_policy_is(one: Resource, is_for_it: bool) -> None:
    mesh = mesh_of(one)
    web = mesh.get(Deployment, "shop", "web")
    assert web is not None
    assert [p.id for p in policies_of(mesh, web)] == ([one.id] if is_for_it else [])
    assert decided(mesh).verdict == ("denied" if is_for_it else "allowed")


def test_the_root_namespace_is_what_the_mesh_config_says() -> None:
    found = decided(mesh_of(policy("{}", "root/p"), policy("{}", "istio-system/p"), config={"rootNamespace": "root"}))
    assert [p.full_name for p in found.considered] == ["root/p"]
