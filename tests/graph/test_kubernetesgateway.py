"""What attaches to what in the Gateway API, compared with a plain reading of its rules."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from meshctl.graph.certificates import KeyPair
from meshctl.graph.kinds.gateway_api import GROUP
from meshctl.graph.kinds.gatewayroutes import GatewayRoute
from meshctl.graph.kubernetesgateway.attachments import Attachment, Outcome, route_attachments
from meshctl.graph.kubernetesgateway.certificates import certifies
from meshctl.graph.kubernetesgateway.grants import grants
from meshctl.graph.kubernetesgateway.matches import rule_matches
from meshctl.graph.kubernetesgateway.precedence import age
from meshctl.graph.kubernetesgateway.reached import reached_listeners
from meshctl.graph.kubernetesgateway.statuses import is_settled
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Coverage, Snapshot

Data = dict[str, Any]


def resource(kind: str, name: str, spec: Data, *, namespace: str = "shop", group: str = GROUP, **more: Any) -> Resource:
    data = {"metadata": {"name": name, "namespace": namespace, **more.pop("metadata", {})}, "spec": spec, **more}
    return Resource(ResourceId("", group, kind, namespace, name), "v1", data)


def mesh_of(*resources: Resource, coverage: Mapping[str, Coverage] | None = None) -> MeshGraph:
    return MeshGraph(Snapshot(resources, coverage=coverage or {}), Settings(now=datetime(2030, 1, 15, tzinfo=UTC)))


def place(name: str, **labels: str) -> Resource:
    return resource("Namespace", name, {}, namespace="", group="", metadata={"labels": labels})


def outcome(listeners: Sequence[Data], parent: Data, hostnames: Sequence[str] = (), **route: Any) -> Outcome:
    kind, namespace = route.get("kind", "HTTPRoute"), route.get("namespace", "shop")
    gateway = resource("Gateway", "public", {"gatewayClassName": "istio", "listeners": list(listeners)})
    spec = {"parentRefs": [{"name": "public", "namespace": "shop", **parent}], "hostnames": list(hostnames)}
    mesh = mesh_of(gateway, resource(kind, "r", spec, namespace=namespace), place("team", color="red"), place("shop"))
    return next(iter(route_attachments(mesh).found)).outcome


def listener(name: str = "a", port: int = 80, protocol: str = "HTTP", **more: Any) -> Data:
    return {"name": name, "port": port, "protocol": protocol, **more}


def allowing(**namespaces: Any) -> Data:
    return {"allowedRoutes": {"namespaces": namespaces}}


@pytest.mark.parametrize(
    ("parent", "wanted"),
    [
        ({}, Outcome.ATTACHED),
        ({"sectionName": "a"}, Outcome.ATTACHED),
        ({"sectionName": "a", "port": 80}, Outcome.ATTACHED),
        ({"sectionName": "a", "port": 81}, Outcome.NO_SECTION),
        ({"sectionName": "c"}, Outcome.NO_SECTION),
        ({"port": 81}, Outcome.ATTACHED),
        ({"name": "other"}, Outcome.NO_PARENT),
        ({"kind": "Service"}, Outcome.WITHOUT_GROUP),
        ({"kind": "Service", "group": ""}, Outcome.NO_PARENT),
        ({"kind": "Service", "group": "core"}, Outcome.NO_PARENT),
        ({"kind": "Front", "group": "example.com"}, Outcome.FOREIGN),
    ],
)
def test_parents(parent: Data, wanted: Outcome) -> None:
    assert outcome([listener("a", 80), listener("b", 81)], parent) is wanted


@pytest.mark.parametrize(
    ("one", "kind", "wanted"),
    [
        (listener(protocol="HTTP"), "GRPCRoute", Outcome.ATTACHED),
        (listener(protocol="HTTPS"), "HTTPRoute", Outcome.ATTACHED),
        (listener(protocol="HTTP"), "TCPRoute", Outcome.NOT_ALLOWED),
        (listener(protocol="TLS", tls={"mode": "Passthrough"}), "TLSRoute", Outcome.ATTACHED),
        (listener(protocol="TLS", tls={"mode": "Passthrough"}), "TCPRoute", Outcome.NOT_ALLOWED),
        (listener(protocol="TLS", tls={"mode": "Terminate"}), "TCPRoute", Outcome.ATTACHED),
        (listener(protocol="TCP"), "TCPRoute", Outcome.ATTACHED),
        (listener(protocol="UDP"), "UDPRoute", Outcome.ATTACHED),
        (listener(protocol="UDP"), "TCPRoute", Outcome.NOT_ALLOWED),
        (listener(protocol="example.com/own"), "TCPRoute", Outcome.ATTACHED),
        (listener(allowedRoutes={"kinds": [{"kind": "GRPCRoute"}]}), "HTTPRoute", Outcome.NOT_ALLOWED),
        (listener(allowedRoutes={"kinds": [{"kind": "TCPRoute"}]}), "TCPRoute", Outcome.NOT_ALLOWED),
        (listener(allowedRoutes={"kinds": [{"kind": "HTTPRoute", "group": GROUP}]}), "HTTPRoute", Outcome.ATTACHED),
    ],
)
def test_kinds(one: Data, kind: str, wanted: Outcome) -> None:
    assert outcome([one], {}, kind=kind) is wanted


@pytest.mark.parametrize(
    ("allowed", "wanted"),
    [
        ({}, Outcome.NOT_ALLOWED),
        (allowing(**{"from": "Same"}), Outcome.NOT_ALLOWED),
        (allowing(**{"from": "All"}), Outcome.ATTACHED),
        (allowing(**{"from": "Selector", "selector": {"matchLabels": {"color": "red"}}}), Outcome.ATTACHED),
        (allowing(**{"from": "Selector", "selector": {"matchLabels": {"color": "blue"}}}), Outcome.NOT_ALLOWED),
        (
            allowing(**{"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "team"}}}),
            Outcome.ATTACHED,
        ),
    ],
)
def test_namespaces(allowed: Data, wanted: Outcome) -> None:
    assert outcome([listener(**allowed)], {}, namespace="team") is wanted


def test_labels_that_were_not_read_decide_nothing() -> None:
    red = {"from": "Selector", "selector": {"matchLabels": {"color": "red"}}}
    named = {"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "team"}}}
    assert outcome([listener(**allowing(**red))], {}, namespace="unknown") is Outcome.ATTACHED
    assert outcome([listener(**allowing(**named))], {}, namespace="unknown") is Outcome.NOT_ALLOWED


@pytest.mark.parametrize(
    ("taken", "asked", "wanted"),
    [
        ("", ["a.example.com"], True),
        ("a.example.com", [], True),
        ("a.example.com", ["a.example.com"], True),
        ("*.example.com", ["a.example.com"], True),
        ("*.example.com", ["a.b.example.com"], True),
        ("*.example.com", ["example.com"], False),
        ("*.example.com", ["badexample.com"], False),
        ("a.example.com", ["*.example.com"], True),
        ("*.b.example.com", ["*.example.com"], True),
        ("*.b.example.com", ["*.a.example.com"], False),
        ("a.example.com", ["b.example.com", "a.example.com"], True),
        ("a.example.com", ["b.example.com"], False),
    ],
)
def test_hostnames(taken: str, asked: list[str], wanted: bool) -> None:
    found = outcome([listener(hostname=taken) if taken else listener()], {}, asked)
    assert found is (Outcome.ATTACHED if wanted else Outcome.NO_HOST)


def naive(listeners: Sequence[Data], route: Data, ref: Data) -> tuple[Outcome, set[str]]:
    """The rules one by one: what comes of it, and the names of the listeners that take the route."""

    def fits(one: str, other: str) -> bool:
        if one.startswith("*") and other.startswith("*"):
            return one.endswith(other[1:]) or other.endswith(one[1:])
        wild, exact = (one, other) if one.startswith("*") else (other, one)
        return exact.endswith(wild[1:]) if wild.startswith("*") else one == other

    named = [
        one
        for one in listeners
        if ref.get("sectionName") in (None, one["name"]) and ref.get("port") in (None, one["port"])
    ]
    allowed = [
        one
        for one in named
        if (one.get("allowedRoutes", {}).get("namespaces", {}).get("from") == "All" or route["namespace"] == "shop")
        and (one["protocol"] == "HTTP") == (route["kind"] == "HTTPRoute")
    ]
    hosts = route["hostnames"] if route["kind"] == "HTTPRoute" else []
    taking = [
        one for one in allowed if not hosts or not one.get("hostname") or any(fits(one["hostname"], h) for h in hosts)
    ]
    steps = ((named, Outcome.NO_SECTION), (allowed, Outcome.NOT_ALLOWED), (taking, Outcome.NO_HOST))
    return next((found for left, found in steps if not left), Outcome.ATTACHED), {one["name"] for one in taking}


@pytest.mark.parametrize("seed", range(30))
def test_the_same_as_a_plain_reading(seed: int) -> None:
    draw = random.Random(seed)
    hosts = ["", "a.example.com", "*.example.com", "*.b.example.com", "x.b.example.com", "example.org", "*.org"]
    listeners = []
    for i in range(draw.randint(1, 8)):
        one = listener(f"l{i}", draw.choice([80, 81]), draw.choice(["HTTP", "HTTP", "TCP"]))
        one |= allowing(**{"from": draw.choice(["All", "Same"])})
        if one["protocol"] == "HTTP" and (host := draw.choice(hosts)):
            one["hostname"] = host
        listeners.append(one)
    routes = []
    for i in range(12):
        ref: Data = {"name": "public", "namespace": "shop"}
        if draw.random() < 0.4:
            ref["sectionName"] = f"l{draw.randint(0, 8)}"
        if draw.random() < 0.3:
            ref["port"] = draw.choice([80, 81, 82])
        routes.append(
            {
                "kind": draw.choice(["HTTPRoute", "HTTPRoute", "TCPRoute"]),
                "namespace": draw.choice(["shop", "team"]),
                "hostnames": draw.sample(hosts[1:], draw.randint(0, 3)),
                "ref": ref,
                "name": f"r{i}",
            }
        )
    gateway = resource("Gateway", "public", {"gatewayClassName": "istio", "listeners": listeners})
    specs = [{"parentRefs": [r["ref"]], "hostnames": r["hostnames"]} for r in routes]
    made = [resource(r["kind"], r["name"], s, namespace=r["namespace"]) for r, s in zip(routes, specs, strict=True)]
    mesh = mesh_of(gateway, *made)
    wanted = {r["name"]: naive(listeners, r, r["ref"]) for r in routes}
    got: dict[str, Attachment] = {a.route.name: a for a in route_attachments(mesh).found}
    assert {name: a.outcome for name, a in got.items()} == {name: found for name, (found, _) in wanted.items()}
    reached = set().union(*(names for _, names in wanted.values()))
    assert {one.name for one in reached_listeners(mesh)} == reached


def test_grants_name_kinds_namespaces_and_perhaps_names() -> None:
    service, secret, route = KindKey("", "Service"), KindKey("", "Secret"), KindKey(GROUP, "HTTPRoute")
    origin = {"group": GROUP, "kind": "HTTPRoute", "namespace": "shop"}
    targets = [{"group": "", "kind": "Service", "name": "pay"}, {"group": "", "kind": "Secret"}]
    granted = grants(mesh_of(resource("ReferenceGrant", "g", {"from": [origin], "to": targets}, namespace="pay")))
    assert granted.permit((route, "shop"), (service, "pay", "pay"))
    assert granted.permit((route, "shop"), (secret, "pay", "any"))
    assert granted.permit((route, "team"), (service, "team", "own"))
    assert not granted.permit((route, "shop"), (service, "pay", "ledger"))
    assert not granted.permit((route, "team"), (service, "pay", "pay"))
    assert not granted.permit((KindKey(GROUP, "GRPCRoute"), "shop"), (service, "pay", "pay"))
    assert not granted.permit((route, "shop"), (service, "other", "pay"))


def matches(kind: str, *rules: Data) -> list[Any]:
    route = GatewayRoute(resource(kind, "r", {"rules": [{"matches": list(rules)}]}))
    return [match for rule in route.rules for _, match in rule_matches(route, rule)]


def test_matches_that_mean_the_same_are_equal() -> None:
    same: list[Data] = [{}, {"path": {"value": "/"}}, {"path": {"type": "PathPrefix"}}, {"headers": []}]
    assert len(set(matches("HTTPRoute", *same))) == 1
    header = [{"name": "A", "value": "1"}, {"name": "b", "value": "2"}]
    again = [{"name": "B", "type": "Exact", "value": "2"}, {"name": "a", "value": "1"}, {"name": "a", "value": "3"}]
    assert len(set(matches("HTTPRoute", {"headers": header}, {"headers": again}))) == 1
    for one, other in product(({"path": {"value": "/a"}}, {"method": "GET"}), ({"path": {"value": "/b"}}, {})):
        assert len(set(matches("HTTPRoute", one, other))) == 2
    assert len(set(matches("GRPCRoute", {"method": {"service": "A"}}, {"method": {"method": "A"}}))) == 2


def test_a_wildcard_of_a_certificate_is_one_label() -> None:
    pair = KeyPair("", names=("*.example.com", "example.org"))
    assert [certifies(pair, host) for host in ("a.example.com", "*.example.com", "example.org")] == [True] * 3
    assert [certifies(pair, host) for host in ("a.b.example.com", "example.com", "*.org", "*")] == [False] * 4


def test_the_oldest_goes_first() -> None:
    ages = {"new": "2029-01-02T00:00:00Z", "old": "2029-01-01T00:00:00Z", "b": "", "a": ""}
    made = [resource("HTTPRoute", n, {}, metadata={"creationTimestamp": t} if t else {}) for n, t in ages.items()]
    assert [view.name for view in sorted(map(GatewayRoute, made), key=age)] == ["old", "new", "a", "b"]


@pytest.mark.parametrize(
    ("created", "more", "live", "wanted"),
    [
        ("2030-01-14T23:58:00Z", {}, True, True),
        ("2030-01-14T23:59:30Z", {}, True, False),
        ("2030-01-14T23:58:00Z", {}, False, False),
        ("2030-01-14T23:58:00Z", {"status": {}}, False, True),
        ("", {"status": {}}, True, False),
        ("yesterday", {"status": {}}, True, False),
    ],
)
def test_only_what_has_been_in_a_cluster_for_a_minute_can_be_unclaimed(
    created: str, more: Data, live: bool, wanted: bool
) -> None:
    one = resource("HTTPRoute", "r", {}, metadata={"creationTimestamp": created}, **more)
    mesh = mesh_of(one, coverage={"": Coverage(inferred=not live)})
    assert is_settled(mesh, GatewayRoute(one)) is wanted
