"""One match covers another only if no request shows otherwise, and long lists are not compared each with each."""

import re
from itertools import product
from random import Random
from typing import Any

import pytest

from meshctl.graph.httpcoverage import HttpMatch, WrittenPrefixes, http_match
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.graph.shadowed import shadowed
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Snapshot

Request = dict[str, Any]
GATEWAYS = frozenset({("shop", "mesh"), ("shop", "front")})
PATHS = ("/", "/a", "/A", "/ab", "/a/b", "/b")
VALUES = (None, "", "x", "xy", "y")
REQUESTS: list[Request] = [
    {"path": path, "method": method, "headers": {"h": h, "k": k}, "gateway": gateway, "labels": labels}
    for path, method, h, k, gateway, labels in product(
        PATHS, ("GET", "POST"), VALUES, (None, "x"), ("mesh", "front"), ({"app": "a"}, {"app": "a", "tier": "t"})
    )
]


def text_fits(condition: dict[str, str], text: str | None) -> bool:
    if text is None:
        return False
    if "exact" in condition:
        return text == condition["exact"]
    if "prefix" in condition:
        return text.startswith(condition["prefix"])
    return "regex" not in condition or re.fullmatch(condition["regex"], text) is not None


def fits(match: dict[str, Any], request: Request) -> bool:
    """Whether a request fits a match, field by field as the API describes it."""
    uri, path = match.get("uri"), request["path"]
    if uri is not None:
        if match.get("ignoreUriCase") and "regex" not in uri:
            uri, path = {how: text.lower() for how, text in uri.items()}, path.lower()
        if not text_fits(uri, path):
            return False
    return (
        ("method" not in match or text_fits(match["method"], request["method"]))
        and all(text_fits(c, request["headers"].get(n.lower())) for n, c in match.get("headers", {}).items())
        and not any(text_fits(c, request["headers"].get(n.lower())) for n, c in match.get("withoutHeaders", {}).items())
        and request["gateway"] in match.get("gateways", ("mesh", "front"))
        and match.get("sourceLabels", {}).items() <= request["labels"].items()
    )


def some_match(random: Random) -> dict[str, Any]:
    texts: list[dict[str, str]] = [{"exact": "x"}, {"prefix": "x"}, {"exact": "xy"}, {"regex": "x.*"}, {}]
    fields: dict[str, list[Any]] = {
        "uri": [
            {"prefix": "/"},
            {"prefix": "/a"},
            {"exact": "/a"},
            {"prefix": "/A"},
            {"exact": "/ab"},
            {"regex": "/a.*"},
        ],
        "ignoreUriCase": [True],
        "method": [{"exact": "GET"}, {"prefix": "P"}, {"regex": "G.*|P.*"}],
        "headers": [{"h": t} for t in texts] + [{"H": t, "k": {"exact": "x"}} for t in texts],
        "withoutHeaders": [{"h": t} for t in texts],
        "gateways": [["mesh"], ["front"], ["front", "mesh"]],
        "sourceLabels": [{"app": "a"}, {"tier": "t", "app": "a"}],
    }
    return {field: random.choice(values) for field, values in fields.items() if random.random() < 0.4}


def read(match: dict[str, Any]) -> HttpMatch:
    return http_match(match, GATEWAYS, "shop")


@pytest.mark.parametrize("seed", range(20))
def test_no_request_shows_otherwise(seed: int) -> None:
    random = Random(seed)
    covered = 0
    for _ in range(400):
        wide, narrow = some_match(random), some_match(random)
        if read(wide).covers(read(narrow)):
            covered += 1
            wrong = [request for request in REQUESTS if fits(narrow, request) and not fits(wide, request)]
            assert not wrong, f"{wide} does not cover {narrow}"
    assert covered > 5, "the test is about something"


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ({}, {"uri": {"regex": "/a"}}),
        ({"uri": {"prefix": "/"}}, {"headers": {"h": {}}}),
        ({"uri": {"prefix": "/api/v1/product"}}, {"uri": {"prefix": "/api/v1/products"}}),
        ({"uri": {"prefix": "/a"}, "ignoreUriCase": True}, {"uri": {"exact": "/AB"}}),
        ({"headers": {"H": {}}}, {"headers": {"h": {"exact": "x"}}}),
        ({"withoutHeaders": {"h": {"exact": "x"}}}, {"withoutHeaders": {"h": {"prefix": "x"}}}),
        ({"gateways": ["./front", "mesh"]}, {"gateways": ["shop/front"]}),
        ({"sourceLabels": {"app": "a"}}, {"sourceLabels": {"app": "a", "tier": "t"}}),
    ],
)
def test_covers_one_way(wide: dict[str, Any], narrow: dict[str, Any]) -> None:
    assert read(wide).covers(read(narrow))
    if wide != {"uri": {"prefix": "/"}}:
        assert not read(narrow).covers(read(wide))


def service(matches: list[dict[str, Any]]) -> MeshGraph:
    data = {
        "spec": {
            "hosts": ["a"],
            "gateways": ["mesh", "front"],
            "http": [{"match": [match], "route": [{}]} for match in matches],
        }
    }
    identity = ResourceId("", "networking.istio.io", "VirtualService", "shop", "a")
    return MeshGraph(Snapshot(resources=(Resource(identity, "v1", data),)), Settings())


@pytest.mark.parametrize("seed", range(10))
def test_the_files_hide_no_earlier_match(seed: int) -> None:
    random = Random(seed)
    matches = [some_match(random) for _ in range(40)]
    shadows = (shadow for shadow in shadowed(service(matches)) if shadow.rest == "nothing")
    found = {shadow.path[2] for shadow in shadows if shadow.of == "match"}
    readings = [read(match) for match in matches]
    assert found == {j for j, own in enumerate(readings) if any(earlier.covers(own) for earlier in readings[:j])}


@pytest.mark.parametrize("shape", ["header", "path", "port"])
def test_cost_does_not_grow_with_the_square(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 2000
    matches: dict[str, list[dict[str, Any]]] = {
        "header": [{"uri": {"prefix": "/"}, "headers": {"x-user": {"exact": str(n)}}} for n in range(count)],
        "path": [{"uri": {"prefix": f"/{n:05}/"}} for n in range(count)],
        "port": [{"port": n + 1} for n in range(count)],
    }
    calls = 0
    covers = HttpMatch.covers

    def counted(self: HttpMatch, other: HttpMatch) -> bool:
        nonlocal calls
        calls += 1
        return covers(self, other)

    monkeypatch.setattr(HttpMatch, "covers", counted)
    assert shadowed(service(matches[shape])) == ()
    assert calls < count


@pytest.mark.parametrize(
    ("one", "other", "evident"),
    [
        ({"uri": {"prefix": "/a"}}, {"uri": {"prefix": "/a/b"}}, True),
        ({"uri": {"prefix": "/a"}}, {"uri": {"prefix": "/a"}}, False),
        ({"uri": {"prefix": "/a"}}, {"uri": {"exact": "/a/b"}}, False),
        ({"uri": {"prefix": "/a"}}, {"uri": {"prefix": "/a/b"}, "method": {"exact": "GET"}}, True),
        ({"uri": {"prefix": "/a"}}, {"uri": {"prefix": "/a/b"}, "method": {"exact": "POST"}}, False),
        ({"uri": {"prefix": "/a"}}, {"uri": {"prefix": "/a/b"}, "headers": {"x": {"exact": "1"}}}, False),
        ({"uri": {"prefix": "/a"}, "port": 80}, {"uri": {"prefix": "/a/b"}, "port": 80}, True),
        ({"uri": {"prefix": "/a"}, "sourceLabels": {"app": "x"}}, {"uri": {"prefix": "/a/b"}}, True),
        ({"uri": {"prefix": "/a"}, "authority": {"exact": "x"}}, {"uri": {"prefix": "/a/b"}}, True),
    ],
)
def test_what_istio_sees_too(one: dict[str, Any], other: dict[str, Any], evident: bool) -> None:
    written = WrittenPrefixes()
    assert written.before(one, ("one",)) is None
    assert written.before(other, ("other",)) == (("one",) if evident else None)
