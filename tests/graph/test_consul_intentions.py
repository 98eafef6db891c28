"""Intentions of Consul: which one counts for a pair of services, and what it says about a request."""

from pathlib import Path

import pytest

from meshctl.graph.consul.intentions import Verdict, intentions
from meshctl.graph.consul.names import ServiceKey
from meshctl.graph.consul.requests import Request
from meshctl.model.paths import dotted
from tests.graph.consulmesh import entry, injector, mesh

WEB, PAY = ServiceKey("", "web"), ServiceKey("", "payments")
ACLS = injector("-acl-auth-method=consul-k8s-auth-method")


def intention(destination: str, *sources: str, more: str = "") -> str:
    spec = f"{{destination: {{name: '{destination}'}}, sources: [{', '.join(sources)}]{more}}}"
    return entry("ServiceIntentions", f"for-{destination.replace('*', 'all')}", spec)


def verdict(folder: Path, *documents: str, request: Request | None = None) -> Verdict:
    return intentions(mesh(folder, *documents)).allows(WEB, PAY, request)


EXACT = "{name: web, action: %s}"
ALL = "{name: '*', action: %s}"


@pytest.mark.parametrize(
    ("documents", "allowed", "where"),
    [
        ([intention("payments", ALL % "deny", EXACT % "allow")], True, "spec.sources[1].action"),
        ([intention("payments", ALL % "deny"), intention("*", EXACT % "allow")], False, "spec.sources[0].action"),
        ([intention("*", ALL % "deny", EXACT % "allow")], True, "spec.sources[1].action"),
        ([intention("cart", EXACT % "deny"), intention("*", ALL % "allow")], True, "spec.sources[0].action"),
        ([intention("payments", "{name: web, peer: east, action: deny}")], None, ""),
    ],
    ids=["exact-source", "destination-first", "source-of-all", "of-another-service", "of-a-peer"],
)
def test_the_most_exact_one_decides(tmp_path: Path, documents: list[str], allowed: bool | None, where: str) -> None:
    found = verdict(tmp_path, *documents)
    assert (found.allowed, dotted(found.path)) == (allowed, where)


def test_without_an_intention_acls_deny(tmp_path: Path) -> None:
    assert (verdict(tmp_path, ACLS).allowed, verdict(tmp_path, injector("-listen=:8080")).allowed) == (False, True)
    assert (verdict(tmp_path).allowed, verdict(tmp_path).known) == (None, False)


PERMISSIONS = (
    "{name: web, permissions: ["
    "{action: deny, http: {pathPrefix: /admin, header: [{name: X-Staff, present: true, invert: true}]}},"
    "{action: allow, http: {methods: [GET], pathRegex: '/v[0-9]/.*'}},"
    "{action: allow, http: {pathExact: /pay}, jwt: {providers: [{name: okta}]}}]}"
)


@pytest.mark.parametrize(
    ("request_", "allowed", "where"),
    [
        (Request("GET", "/admin/v1"), False, "spec.sources[0].permissions[0]"),
        (Request("GET", "/v1/list", {"x-staff": "1"}), True, "spec.sources[0].permissions[1]"),
        (Request("POST", "/v1/list"), False, "spec.sources[0].permissions"),
        (Request("POST", "/pay"), True, "spec.sources[0].permissions[2]"),
        (Request("GET", "/admin", {"x-staff": "1"}), False, "spec.sources[0].permissions"),
    ],
    ids=["denied", "by-regex", "no-permission", "with-token", "inverted-header"],
)
def test_the_first_permission_for_a_request_decides(
    tmp_path: Path, request_: Request, allowed: bool, where: str
) -> None:
    found = verdict(tmp_path, ACLS, intention("payments", PERMISSIONS), request=request_)
    assert (found.allowed, dotted(found.path)) == (allowed, where)
    assert found.tokens == (("okta",) if where.endswith("[2]") else ())


def test_permissions_without_a_request_leave_it_open(tmp_path: Path) -> None:
    assert verdict(tmp_path, ACLS, intention("payments", PERMISSIONS)).allowed is None
    only_denied = "{name: web, permissions: [{action: deny, http: {pathPrefix: /}}]}"
    assert verdict(tmp_path, ACLS, intention("payments", only_denied)).allowed is False


def test_tokens_for_all_requests_are_named(tmp_path: Path) -> None:
    more = ", jwt: {providers: [{name: okta}, {name: auth0}]}"
    assert verdict(tmp_path, intention("payments", EXACT % "allow", more=more)).tokens == ("okta", "auth0")
