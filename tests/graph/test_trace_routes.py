"""VirtualServices: which counts, which of its routes takes a request, and what that does with it."""

import pytest

from tests.graph.mtlsdocuments import service
from tests.graph.tracing import culprit, document, names, only, said, step, trace, virtual_service, workload

TO_API = "route: [{destination: {host: api}}]"
CANARY = document(
    "DestinationRule",
    "api",
    "{host: api, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}",
)
VERSIONS = "".join(
    workload(f"api-{v}", more=f", version: {v}").replace(f"app: api-{v}", "app: api") for v in ("v1", "v2")
)


def test_the_first_route_that_takes_it() -> None:
    routes = (
        "{match: [{uri: {prefix: /x}}], directResponse: {status: 418}}, {match: [{uri: {prefix: /a}}], " + TO_API + "}"
    )
    found = trace(
        virtual_service(f"{{hosts: [api], http: [{routes}, {{directResponse: {{status: 500}}}}]}}"), path="/a/b"
    )
    assert only(found).end == "served"
    assert "note route: http[0] of VirtualService shop/api is not for it: its path is /a/b, not /x...." in said(found)
    assert "passes route: http[1] of VirtualService shop/api takes it, to api.shop." in said(found)


def test_no_route_takes_it() -> None:
    match = "[{uri: {exact: /a}, method: {exact: PUT}}, {uri: {prefix: /b}}]"
    found = only(trace(virtual_service(f"{{hosts: [api], http: [{{match: {match}, {TO_API}}}]}}"), path="/bb"))
    assert found.end == "served"
    found = only(trace(virtual_service(f"{{hosts: [api], http: [{{match: {match}, {TO_API}}}]}}"), path="/c"))
    assert (found.status, found.flag) == (404, "NR")
    assert culprit(found) == "VirtualService shop/api spec.http[0].match[1].uri.prefix"


@pytest.mark.parametrize(
    "spec",
    [
        "{hosts: [other], http: [{directResponse: {status: 418}}]}",
        "{hosts: [api], gateways: [public], http: [{directResponse: {status: 418}}]}",
        "{hosts: [api], exportTo: [web], http: [{directResponse: {status: 418}}]}",
        "{hosts: [api], http: [{match: [{port: 81}], directResponse: {status: 418}}]}",
        "{hosts: [api], http: [{match: [{sourceLabels: {app: x}}], directResponse: {status: 418}}]}",
        "{hosts: [api], http: [{match: [{sourceNamespace: web}], directResponse: {status: 418}}]}",
        "{hosts: [api], tcp: [{route: [{destination: {host: nobody}}]}]}",
    ],
)
def test_virtualservices_that_do_not_count(spec: str) -> None:
    assert only(trace(virtual_service(spec))).end == "served"


@pytest.mark.parametrize(
    "spec",
    [
        "{hosts: [api.shop.svc.cluster.local], http: [{directResponse: {status: 418}}]}",
        "{hosts: ['*.shop.svc.cluster.local'], http: [{directResponse: {status: 418}}]}",
        "{hosts: [api], gateways: [public, mesh], http: [{directResponse: {status: 418}}]}",
        "{hosts: [api], http: [{match: [{port: 80, sourceLabels: {app: web}}], directResponse: {status: 418}}]}",
    ],
)
def test_virtualservices_that_count(spec: str) -> None:
    found = only(trace(virtual_service(spec)))
    assert (found.end, found.status) == ("fails", 418)


def test_the_more_specific_host_goes_first() -> None:
    wide = virtual_service("{hosts: ['*.cluster.local'], http: [{directResponse: {status: 418}}]}", "a")
    assert only(trace(wide + virtual_service(f"{{hosts: [api], http: [{{{TO_API}}}]}}", "z"))).end == "served"


def test_of_two_for_one_host_the_older_counts() -> None:
    def born(year: int) -> str:
        return f", creationTimestamp: '{year}-01-01T00:00:00Z'"

    tea = "{hosts: [api], http: [{directResponse: {status: 418}}]}"
    plain = f"{{hosts: [api], http: [{{{TO_API}}}]}}"
    found = trace(virtual_service(tea, "a", more=born(2025)) + virtual_service(plain, "b", more=born(2024)))
    assert only(found).end == "served"
    assert "VirtualService shop/a is for api.shop.svc.cluster.local as well and is not used" in said(found)
    unsure = only(trace(virtual_service(tea, "a") + virtual_service(plain, "b")))
    assert (unsure.end, culprit(unsure)) == ("depends", "VirtualService shop/b spec.hosts")


def test_the_host_header_chooses_the_routes() -> None:
    other = workload("other") + "---" + service("other", "shop")
    routes = virtual_service("{hosts: [other], http: [{directResponse: {status: 418}}]}", "o")
    assert only(trace(other + routes, headers={"host": "other"})).status == 418
    assert only(trace(other + routes)).end == "served"


def test_a_delegate_and_what_it_inherits() -> None:
    root = "{hosts: [api], http: [{match: [{uri: {prefix: /a}}], timeout: 7s, delegate: {name: d, namespace: web}}]}"
    inner = "{http: [{match: [{uri: {prefix: /a/b}}], " + TO_API.replace("api", "api.shop.svc.cluster.local") + "}]}"
    text = virtual_service(root) + virtual_service(inner, "d", "web")
    found = trace(text, path="/a/b/c")
    assert only(found).end == "served"
    assert (
        step(found, "route").text == "http[0] of VirtualService web/d (a delegate of shop/api) takes it, to api.shop."
    )
    timeout = step(found, "route", "After 7s")
    assert timeout.place.subject and timeout.place.path[-1] == "timeout"
    assert str(timeout.place.subject.id) == "VirtualService shop/api"
    assert only(trace(text, path="/a/x")).status == 404


@pytest.mark.parametrize(
    ("delegate", "why"),
    [
        ("", "does not exist"),
        (virtual_service(f"{{hosts: [x], http: [{{{TO_API}}}]}}", "d"), "has hosts, and a delegate has none"),
        (virtual_service(f"{{exportTo: [web], http: [{{{TO_API}}}]}}", "d"), "is not exported to shop"),
    ],
)
def test_a_delegate_that_cannot_be_used(delegate: str, why: str) -> None:
    found = trace(virtual_service("{hosts: [api], http: [{delegate: {name: d}}]}") + delegate)
    assert (only(found).status, culprit(only(found))) == (404, "VirtualService shop/api spec.http[0].delegate.name")
    assert f"as its delegate shop/d {why}." in only(found).text
    rest = trace(virtual_service(f"{{hosts: [api], http: [{{delegate: {{name: d}}}}, {{{TO_API}}}]}}") + delegate)
    assert only(rest).end == "served"
    assert f"note delegate: http[0] of VirtualService shop/api is dropped, as its delegate shop/d {why}." in said(rest)


def test_shares() -> None:
    routes = "{destination: {host: api, subset: v1}, weight: 3}, {destination: {host: api, subset: v2}, weight: 1}, "
    routes += "{destination: {host: nobody}, weight: 0}"
    found = trace(VERSIONS + CANARY + virtual_service(f"{{hosts: [api], http: [{{route: [{routes}]}}]}}"))
    assert [(o.share, o.end, names(o)) for o in found.outcomes] == [
        (0.75, "served", ["Deployment shop/api-v1"]),
        (0.25, "served", ["Deployment shop/api-v2"]),
    ]
    assert [s.part for s in found.steps if s.stage == "subset"] == ["api.shop, subset v1", "api.shop, subset v2"]


def test_routes_that_say_not_where() -> None:
    found = only(trace(virtual_service("{hosts: [api], http: [{route: []}]}")))
    assert (found.status, culprit(found)) == (503, "VirtualService shop/api spec.http[0].route")
    alike = "{destination: {host: api}}, {destination: {host: api}}"
    even = trace(virtual_service(f"{{hosts: [api], http: [{{route: [{alike}]}}]}}"))
    assert [outcome.share for outcome in even.outcomes] == [0.5, 0.5]


def test_a_part_that_fails() -> None:
    routes = "{destination: {host: api}, weight: 90}, {destination: {host: api, port: {number: 9}}, weight: 10}"
    good, bad = trace(virtual_service(f"{{hosts: [api], http: [{{route: [{routes}]}}]}}")).outcomes
    assert (good.end, bad.end, bad.share, bad.flag) == ("served", "fails", 0.1, "NC")
    assert culprit(bad) == "VirtualService shop/api spec.http[0].route[1].destination.port.number"


def test_faults() -> None:
    fault = "{abort: {percentage: {value: 20}, httpStatus: 429}, delay: {percentage: {value: 50}, fixedDelay: 3s}}"
    found = trace(virtual_service(f"{{hosts: [api], http: [{{fault: {fault}, {TO_API}}}]}}"))
    failed, served = found.outcomes
    assert (failed.share, failed.status, failed.flag, served.share, served.end) == (0.2, 429, "FI", 0.8, "served")
    assert "50 % of the requests are delayed by 3s on purpose." in said(found)
    none = trace(virtual_service(f"{{hosts: [api], http: [{{fault: {{abort: {{httpStatus: 429}}}}, {TO_API}}}]}}"))
    assert only(none).end == "served"


def test_answers_of_the_proxy() -> None:
    moved = "{hosts: [api], http: [{redirect: {authority: new.example.com, uri: /b, redirectCode: 308}}]}"
    found = only(trace(virtual_service(moved)))
    assert (found.end, found.status) == ("answered", 308)
    assert "redirects it to http://new.example.com/b: 308." in found.text
    fine = only(trace(virtual_service("{hosts: [api], http: [{directResponse: {status: 204}}]}")))
    assert (fine.end, fine.status) == ("answered", 204)


def test_the_server_sees_the_request_as_it_was_rewritten() -> None:
    rules = "{selector: {matchLabels: {app: api}}, rules: [{to: [{operation: {paths: [/v2/items]}}]}]}"
    policy = document("AuthorizationPolicy", "p", rules, group="security.istio.io/v1")
    route = f"{{hosts: [api], http: [{{match: [{{uri: {{prefix: /items}}}}], rewrite: {{uri: /v2/items}}, {TO_API}}}]}}"
    assert only(trace(virtual_service(route) + policy, path="/items")).end == "served"
    denied = only(trace(policy, path="/items"))
    assert (denied.status, culprit(denied)) == (403, "AuthorizationPolicy shop/p spec.rules[0].to[0].operation.paths")


def test_what_is_only_told() -> None:
    more = "timeout: 2s, retries: {attempts: 0}, mirror: {host: api, subset: v9}"
    found = trace(virtual_service(f"{{hosts: [api], http: [{{{more}, {TO_API}}}]}}"))
    assert only(found).end == "served"
    for text in ("After 2s without an answer it is a 504 (UT).", "It is never tried again.", "A copy goes to api"):
        assert text in said(found)


def test_tcp_and_tls() -> None:
    tcp = "---" + service("db", "shop").replace("name: http, port: 80", "name: tcp-db, port: 80") + workload("db")
    route = "{hosts: [db], tcp: [{match: [{port: 80}], route: [{destination: {host: api, port: {number: 80}}}]}]}"
    found = trace(tcp + virtual_service(route), target="tcp://db:80")
    assert names(only(found)) == ["Deployment shop/api"]
    http = trace(tcp + virtual_service("{hosts: [db], http: [{directResponse: {status: 418}}]}"), target="http://db")
    assert only(http).end == "served"
    assert "Port 80 is TCP for Istio, so that http routes are not used for it." in said(http)
