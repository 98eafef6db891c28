"""The request that is asked about: as it is written, and which matches take it."""

from typing import Any

import pytest

from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.trace.call import BadCall, Call, parse_call, parse_header, shown_header
from meshctl.graph.trace.kubernetesmatching import matches_of
from meshctl.graph.trace.kubernetesmatching import misfits as kubernetes_misfits
from meshctl.graph.trace.matching import misfits
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource


@pytest.mark.parametrize(
    ("text", "url", "sealed"),
    [
        ("reviews", "GET http://reviews/", False),
        ("reviews:9080", "GET http://reviews:9080/", False),
        ("http://reviews", "GET http://reviews/", False),
        ("https://shop.example.com/a?b=c", "GET https://shop.example.com/a?b=c", True),
        ("shop.example.com:443", "GET https://shop.example.com/", True),
        ("grpc://accounts:9000/shop.Accounts/Get", "POST grpc://accounts:9000/shop.Accounts/Get", False),
        ("tcp://db:5432", "tcp://db:5432", False),
        ("tls://db:5432", "tls://db:5432", True),
    ],
)
def test_hosts_and_urls(text: str, url: str, sealed: bool) -> None:
    call = parse_call(text)
    assert (call.url, call.sealed) == (url, sealed)


def test_the_port_of_a_scheme_is_said_and_that_of_a_host_is_not() -> None:
    assert [parse_call(text).port for text in ("http://a", "https://a", "a", "a:81", "tcp://a")] == [
        *(80, 443, None, 81, None)
    ]


def test_flags_tell_more() -> None:
    call = parse_call("a/x", method="post", path="/y?q=1", headers={"Host": "shop.example.com:8080", "End-User": "j"})
    assert (call.method, call.path, dict(call.query), dict(call.headers)) == (
        "POST",
        "/y",
        {"q": "1"},
        {"end-user": "j"},
    )
    assert (call.host, call.domain) == ("a", "shop.example.com")
    assert parse_call("a", port=81).port == 81


@pytest.mark.parametrize(
    ("text", "port", "says"),
    [
        ("ftp://a", None, "none of the protocols"),
        ("http://", None, "no host or URL"),
        ("a b", None, "no host or URL"),
        ("a:99999", None, "no host or URL"),
        ("a:80", 81, "are two: say one"),
    ],
)
def test_what_is_no_request(text: str, port: int | None, says: str) -> None:
    with pytest.raises(BadCall, match=says):
        parse_call(text, port=port)
    with pytest.raises(BadCall, match="begins with a slash"):
        parse_call("a", path="x")
    with pytest.raises(BadCall, match="'G T' is no method"):
        parse_call("a", method="G T")


def test_headers_in_both_spellings() -> None:
    assert parse_header("End-User=jason") == parse_header("end-user: jason") == ("end-user", "jason")
    assert parse_header("x=a:b") == ("x", "a:b")
    with pytest.raises(BadCall, match="has no value"):
        parse_header("end-user")
    with pytest.raises(BadCall, match="'end user' is no name of a header"):
        parse_header("end user=jason")
    assert parse_header(":authority: a.example.com") == (":authority", "a.example.com")


def test_what_opens_doors_is_not_shown() -> None:
    assert shown_header("Authorization", "Bearer abc") == shown_header("set-cookie", "a=b") == "(not shown)"
    assert shown_header("end-user", "jason") == "jason"
    (found,) = misfits({"headers": {"authorization": {"exact": "x"}}}, Call("a", headers={"authorization": "Bearer k"}))
    assert "Bearer" not in found.text


JASON = Call("a", path="/api/v1", method="GET", query={"q": "1"}, headers={"end-user": "jason"})


@pytest.mark.parametrize(
    ("match", "why"),
    [
        ({}, ""),
        ({"uri": {"prefix": "/api"}}, ""),
        ({"uri": {"prefix": "/ap"}, "method": {"exact": "GET"}}, ""),
        ({"uri": {"exact": "/API/V1"}, "ignoreUriCase": True}, ""),
        ({"uri": {"exact": "/API/V1"}}, "its path is /api/v1, not /API/V1"),
        ({"uri": {"regex": "/api/v[0-9]+"}}, ""),
        ({"uri": {"regex": "/api"}}, "its path is /api/v1, not like /api"),
        ({"uri": {"regex": "("}}, "its path is /api/v1, not like ("),
        ({"method": {"exact": "POST"}}, "its method is GET, not POST"),
        ({"headers": {"End-User": {"exact": "jason"}}}, ""),
        ({"headers": {"end-user": {}}}, ""),
        ({"headers": {"end-user": {"regex": "*"}}}, ""),
        ({"headers": {"end-user": {"prefix": "b"}}}, "its header end-user is 'jason', not b..."),
        ({"headers": {"x-canary": {"exact": "1"}}}, "it has no header x-canary"),
        ({"withoutHeaders": {"end-user": {}}}, "its header end-user is 'jason'"),
        ({"withoutHeaders": {"x-canary": {}}}, ""),
        ({"queryParams": {"q": {"exact": "1"}}}, ""),
        ({"queryParams": {"q": {"exact": "2"}}}, "its query parameter q is '1', not 2"),
        ({"queryParams": {"z": {}}}, "it has no query parameter z"),
        ({"authority": {"exact": "a"}, "scheme": {"exact": "http"}}, ""),
        ({"headers": {"@request.auth.claims.group": {"exact": "x"}}}, "it needs a token with group"),
    ],
)
def test_matches_of_virtualservices(match: dict[str, Any], why: str) -> None:
    assert " and ".join(found.text for found in misfits(match, JASON)) == why


def test_what_a_token_says_is_not_certain() -> None:
    (found,) = misfits({"headers": {"@request.auth.claims.group": {"exact": "x"}}}, JASON)
    assert not found.certain


def route(kind: str, *matches: dict[str, Any]) -> GatewayRoute:
    spec = {"rules": [{"matches": list(matches)}]}
    identity = ResourceId("", "gateway.networking.k8s.io", kind, "shop", "r")
    return GatewayRoute(Resource(identity, "v1", {"spec": spec}))


@pytest.mark.parametrize(
    ("kind", "match", "why"),
    [
        ("HTTPRoute", {}, ""),
        ("HTTPRoute", {"path": {"type": "PathPrefix", "value": "/api/"}}, ""),
        ("HTTPRoute", {"path": {"type": "PathPrefix", "value": "/ap"}}, "its path is /api/v1, not /ap or below"),
        ("HTTPRoute", {"path": {"type": "Exact", "value": "/api/v1"}}, ""),
        ("HTTPRoute", {"path": {"type": "RegularExpression", "value": "/api.*"}}, ""),
        ("HTTPRoute", {"method": "PUT"}, "its method is GET, not PUT"),
        ("HTTPRoute", {"headers": [{"name": "End-User", "value": "jason"}]}, ""),
        ("HTTPRoute", {"headers": [{"name": "end-user", "value": "b"}]}, "its header end-user is 'jason', not b"),
        ("HTTPRoute", {"queryParams": [{"name": "z", "value": "1"}]}, "it has no query parameter z"),
        ("GRPCRoute", {"method": {"service": "api", "method": "v1"}}, ""),
        ("GRPCRoute", {"method": {"service": "api"}}, ""),
        ("GRPCRoute", {"method": {"service": "other"}}, "its path is /api/v1, not /other or below"),
        ("GRPCRoute", {"method": {"type": "RegularExpression", "method": "v."}}, ""),
    ],
)
def test_matches_of_the_gateway_api(kind: str, match: dict[str, Any], why: str) -> None:
    found = route(kind, match)
    (one,) = matches_of(found, found.rules[0])
    assert " and ".join(each.text for each in kubernetes_misfits(one, JASON)) == why


def test_the_more_specific_goes_first() -> None:
    found = route(
        "HTTPRoute",
        {"path": {"value": "/"}, "method": "GET", "headers": [{"name": "a"}]},
        {"path": {"value": "/api"}},
        {"path": {"type": "Exact", "value": "/a"}},
        {"path": {"value": "/api"}, "method": "GET"},
    )
    ranked = sorted(matches_of(found, found.rules[0]), key=lambda match: match.rank)
    assert [match.path[-1] for match in ranked] == [2, 3, 1, 0]
