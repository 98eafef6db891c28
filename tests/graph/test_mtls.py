"""What clients send, what servers take, and whether that fits: clients, servers and ports."""

from typing import NamedTuple

import pytest

from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.mtls.behind import behind
from meshctl.graph.mtls.clients import Client, client_of
from meshctl.graph.mtls.connection import Connection, connection
from tests.graph.mtlsdocuments import (
    API,
    DISABLE,
    NO_AUTO,
    SELECTED,
    STRICT,
    deployment,
    mesh_of,
    peer,
    rule,
    service,
    tls,
)

FROM_WEB, FROM_BARE, FROM_CALM = Client("web"), Client("bare", "none"), Client("calm", "ambient")
GATEWAY = Client("istio-system", "gateway")


class Case(NamedTuple):
    """A client that calls port 80 of a host; the answer is what is sent, what is taken and what becomes of it."""

    why: str
    documents: tuple[str, ...]
    client: Client
    answer: tuple[str, str, str]
    host: str = "api.shop.svc.cluster.local"
    port: int = 80
    subset: str = ""


def external(mode: str = "") -> tuple[str, ...]:
    entry = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ext, namespace: shop}
spec: {hosts: [api.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}
"""
    return (entry, rule(tls(mode), host="api.example.com")) if mode else (entry,)


WORKS, FAILS, OPEN = "works", "fails", "unknown"
PLAIN, MUTUAL = "plaintext", "mutual TLS"
BARE = deployment("job", "bare") + "---" + service("job", "bare")
CALM = deployment("tea", "calm") + "---" + service("tea", "calm")
HEADLESS = deployment("api", "shop") + "---" + service("api", "shop", "clusterIP: None")
UNINJECTED = deployment("old", "shop", more=', sidecar.istio.io/inject: "false"').replace("app: old", "app: api")
LEFT_OUT = deployment("api", "shop", '{traffic.sidecar.istio.io/excludeInboundPorts: "9000, 8080"}')
BY_PORT = "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 80}, tls: {mode: DISABLE}}]}"
PORT_SILENT = "trafficPolicy: {tls: {mode: DISABLE}, portLevelSettings: [{port: {number: 80}, connectionPool: {}}]}"
SUBSETS = (
    "trafficPolicy: {tls: {mode: DISABLE}}, subsets: [{name: v1, labels: {app: api}, "
    "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}, {name: v2, labels: {app: api}}]"
)
JOB, TEA = "job.bare.svc.cluster.local", "tea.calm.svc.cluster.local"

CASES = [
    Case("nothing said", (API,), FROM_WEB, (MUTUAL, "both", WORKS)),
    Case("strict", (API, peer(STRICT)), FROM_WEB, (MUTUAL, "mutual only", WORKS)),
    Case("without proxy to strict", (API, peer(STRICT)), FROM_BARE, (PLAIN, "mutual only", FAILS)),
    Case("without proxy to permissive", (API,), FROM_BARE, (PLAIN, "both", WORKS)),
    Case("strict for the mesh", (API, peer(STRICT, "istio-system")), FROM_BARE, (PLAIN, "mutual only", FAILS)),
    Case(
        "the namespace goes before the mesh",
        (API, peer(STRICT, "istio-system"), peer("mtls: {mode: PERMISSIVE}")),
        FROM_BARE,
        (PLAIN, "both", WORKS),
    ),
    Case(
        "the workload goes before the namespace",
        (API, peer(STRICT), peer(f"{SELECTED}, mtls: {{mode: PERMISSIVE}}", name="own")),
        FROM_BARE,
        (PLAIN, "both", WORKS),
    ),
    Case(
        "UNSET inherits",
        (API, peer(STRICT), peer(f"{SELECTED}, mtls: {{mode: UNSET}}", name="own")),
        FROM_BARE,
        (PLAIN, "mutual only", FAILS),
    ),
    Case(
        "a policy for other pods",
        (API, peer("selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}")),
        FROM_BARE,
        (PLAIN, "both", WORKS),
    ),
    Case(
        "one with a selector in the root namespace is for nobody",
        (API, peer(f"{SELECTED}, {STRICT}", "istio-system")),
        FROM_BARE,
        (PLAIN, "both", WORKS),
    ),
    Case(
        "the port of the pod decides",
        (API, peer(f"{SELECTED}, {STRICT}, portLevelMtls: {{8080: {{mode: DISABLE}}}}")),
        FROM_WEB,
        (PLAIN, "plaintext only", WORKS),
    ),
    Case(
        "not the port of the Service",
        (API, peer(f"{SELECTED}, {STRICT}, portLevelMtls: {{80: {{mode: DISABLE}}}}")),
        FROM_WEB,
        (MUTUAL, "mutual only", WORKS),
    ),
    Case(
        "the oldest counts",
        (
            API,
            peer(STRICT, name="a", created="2026-02-01T00:00:00Z"),
            peer("mtls: {mode: PERMISSIVE}", name="b", created="2026-01-01T00:00:00Z"),
        ),
        FROM_BARE,
        (PLAIN, "both", WORKS),
    ),
    Case(
        "of two without an age nobody knows",
        (API, peer(STRICT, name="a"), peer("mtls: {mode: PERMISSIVE}", name="b")),
        FROM_BARE,
        (PLAIN, "unknown", OPEN),
    ),
    Case("DISABLE to strict", (API, peer(STRICT), rule(tls("DISABLE"))), FROM_WEB, (PLAIN, "mutual only", FAILS)),
    Case("tls without mode", (API, rule("trafficPolicy: {tls: {}}")), FROM_WEB, (PLAIN, "both", WORKS)),
    Case("own TLS to strict", (API, peer(STRICT), rule(tls("SIMPLE"))), FROM_WEB, ("own TLS", "mutual only", FAILS)),
    Case("own TLS to permissive", (API, rule(tls("SIMPLE"))), FROM_WEB, ("own TLS", "both", OPEN)),
    Case(
        "mutual TLS to DISABLE",
        (API, peer(DISABLE), rule(tls("ISTIO_MUTUAL"))),
        FROM_WEB,
        (MUTUAL, "plaintext only", FAILS),
    ),
    Case("auto mutual TLS sees DISABLE", (API, peer(DISABLE)), FROM_WEB, (PLAIN, "plaintext only", WORKS)),
    Case(
        "auto mutual TLS looks at the namespace first",
        (API, peer(DISABLE), peer(f"{SELECTED}, {STRICT}", name="own")),
        FROM_WEB,
        (PLAIN, "mutual only", FAILS),
    ),
    Case("auto mutual TLS off", (API, NO_AUTO, peer(STRICT)), FROM_WEB, (PLAIN, "mutual only", FAILS)),
    Case(
        "auto mutual TLS off, and a rule for the mesh",
        (API, NO_AUTO, peer(STRICT), rule(tls("ISTIO_MUTUAL"), "istio-system", "*.local")),
        FROM_WEB,
        (MUTUAL, "mutual only", WORKS),
    ),
    Case(
        "a rule of the host's namespace hides that of the mesh",
        (
            API,
            NO_AUTO,
            rule(tls("ISTIO_MUTUAL"), "istio-system", "*.local"),
            rule("trafficPolicy: {connectionPool: {}}"),
        ),
        FROM_WEB,
        (PLAIN, "both", WORKS),
    ),
    Case(
        "a rule of the client's namespace goes first",
        (API, rule(tls("DISABLE")), rule(tls("ISTIO_MUTUAL"), "web")),
        FROM_WEB,
        (MUTUAL, "both", WORKS),
    ),
    Case("a rule of a third namespace", (API, rule(tls("DISABLE"), "bare")), FROM_WEB, (MUTUAL, "both", WORKS)),
    Case(
        "a rule that is not exported",
        (API, rule(f"exportTo: ['.'], {tls('DISABLE')}")),
        FROM_WEB,
        (MUTUAL, "both", WORKS),
    ),
    Case(
        "a rule that is not exported is for its own namespace",
        (API, rule(f"exportTo: ['.'], {tls('DISABLE')}")),
        Client("shop"),
        (PLAIN, "both", WORKS),
    ),
    Case(
        "a rule for chosen clients",
        (API, rule(f"workloadSelector: {{matchLabels: {{app: a}}}}, {tls('DISABLE')}", "web")),
        Client("web", labels={"app": "a"}),
        (PLAIN, "both", WORKS),
    ),
    Case(
        "a rule for other clients",
        (API, rule(f"workloadSelector: {{matchLabels: {{app: a}}}}, {tls('DISABLE')}", "web")),
        Client("web", labels={"app": "b"}),
        (MUTUAL, "both", WORKS),
    ),
    Case("settings of a port", (API, rule(BY_PORT)), FROM_WEB, (PLAIN, "both", WORKS)),
    Case("settings of another port", (API, rule(BY_PORT)), FROM_WEB, (MUTUAL, "both", WORKS), port=81),
    Case("settings of a port replace all", (API, rule(PORT_SILENT)), FROM_WEB, (MUTUAL, "both", WORKS)),
    Case("of a subset", (API, rule(SUBSETS)), FROM_WEB, (MUTUAL, "both", WORKS), subset="v1"),
    Case("a subset inherits", (API, rule(SUBSETS)), FROM_WEB, (PLAIN, "both", WORKS), subset="v2"),
    Case("without a proxy", (BARE,), FROM_WEB, (PLAIN, "plaintext only", WORKS), JOB),
    Case(
        "mutual TLS to pods without a proxy",
        (BARE, rule(tls("ISTIO_MUTUAL"), "bare", JOB)),
        FROM_WEB,
        (MUTUAL, "plaintext only", FAILS),
        JOB,
    ),
    Case(
        "a port that passes by the proxy",
        (LEFT_OUT, service("api", "shop"), peer(STRICT)),
        FROM_WEB,
        (MUTUAL, "plaintext only", FAILS),
    ),
    Case(
        "a pod that says it takes none",
        (deployment("api", "shop", more=", security.istio.io/tlsMode: disabled"), service("api", "shop")),
        FROM_WEB,
        (PLAIN, "both", WORKS),
    ),
    Case("to ambient", (CALM, peer(STRICT, "calm")), FROM_WEB, ("HBONE", "mutual only", WORKS), TEA),
    Case(
        "whatever a rule says, to ambient",
        (CALM, peer(STRICT, "calm"), rule(tls("DISABLE"), "calm", TEA)),
        FROM_WEB,
        ("HBONE", "mutual only", WORKS),
        TEA,
    ),
    Case("ztunnel knows no DISABLE", (CALM, peer(DISABLE, "calm")), FROM_CALM, ("HBONE", "both", WORKS), TEA),
    Case("without proxy to ambient", (CALM, peer(STRICT, "calm")), FROM_BARE, (PLAIN, "mutual only", FAILS), TEA),
    Case("ambient to a sidecar", (API, peer(STRICT)), FROM_CALM, ("unknown", "mutual only", OPEN)),
    Case(
        "ambient to a sidecar that takes HBONE",
        (deployment("api", "shop", more=", networking.istio.io/tunnel: http"), service("api", "shop"), peer(STRICT)),
        FROM_CALM,
        ("HBONE", "mutual only", WORKS),
    ),
    Case("headless", (HEADLESS,), FROM_WEB, (MUTUAL, "both", WORKS)),
    Case("headless in part", (HEADLESS, UNINJECTED, peer(STRICT)), FROM_WEB, (PLAIN, "mutual only", FAILS)),
    Case("a gateway sees the pods", (HEADLESS, UNINJECTED, peer(STRICT)), GATEWAY, (MUTUAL, "mutual only", WORKS)),
    Case("outside", external(), FROM_WEB, (PLAIN, "unknown", OPEN), "api.example.com"),
    Case("TLS to the outside", external("SIMPLE"), FROM_WEB, ("own TLS", "unknown", OPEN), "api.example.com"),
]


def ask(mesh: MeshGraph, case: Case) -> Connection:
    host = hosts(mesh).find(case.host, case.client.namespace)
    assert host is not None
    server = next(iter(behind(mesh)(host)), None)
    return connection(mesh, case.client, host, case.port, server.server if server else None, case.subset)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_connection(case: Case) -> None:
    found = ask(mesh_of(*case.documents), case)
    assert (found.sent, found.accepted, found.outcome) == case.answer, (found.sent_because, found.accepted_because)


def test_reasons_point_at_fields() -> None:
    found = ask(mesh_of(API, peer(STRICT), rule(SUBSETS)), Case("", (), FROM_WEB, ("", "", ""), subset="v2"))
    assert (str(found.sent_because.view and found.sent_because.view.id), found.sent_because.path) == (
        "DestinationRule shop/rule",
        ("spec", "trafficPolicy", "tls", "mode"),
    )
    assert found.accepted_because.text == "PeerAuthentication shop/peer says STRICT"
    assert found.accepted_because.path == ("spec", "mtls", "mode")


def test_pods_alike_are_one_class() -> None:
    mesh = mesh_of(API, UNINJECTED, deployment("more", "shop").replace("app: more", "app: api"))
    host = hosts(mesh).find("api", "shop")
    assert host is not None
    assert [(each.way, each.pods) for each in behind(mesh)(host)] == [("sidecar", 2), ("none", 1)]


def test_a_workload_as_client() -> None:
    mesh = mesh_of(API, CALM, BARE)
    assert {w.name: client_of(mesh, w).way for w in mesh.all(Workload)} == {
        "api": "sidecar",
        "tea": "ambient",
        "job": "none",
    }
