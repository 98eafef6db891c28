"""Sidecars, ztunnel, gateways and waypoints enforce different policies, and read the same rule differently."""

from typing import Any

import pytest

from meshctl.graph.authorization.decision import decide
from meshctl.graph.authorization.identities import principal_of
from meshctl.graph.authorization.policies import policies_of
from meshctl.graph.authorization.request import Request
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import WorkloadEntry
from meshctl.graph.kinds.workload import Deployment
from meshctl.model.resource import Resource
from tests.authorization import FRONT, decided, mesh_of, policy, resource, workload

AMBIENT = {"istio.io/dataplane-mode": "ambient"}
FROM_FRONT = "from: [{source: {principals: [cluster.local/ns/shop/sa/front]}}]"
GET = "to: [{operation: {methods: [GET]}}]"
PORT_AND_GET = "to: [{operation: {methods: [GET], ports: ['80']}}]"
CALL = {"principal": FRONT, "method": "PUT", "port": 80}

# The rule, and what becomes of it: with a sidecar on HTTP, with a sidecar on TCP, with ztunnel.
ALLOWED: list[tuple[str, str, str, str]] = [
    (f"{{{FROM_FRONT}}}", "allowed", "allowed", "allowed"),
    (f"{{{FROM_FRONT}, {GET}}}", "denied", "denied", "denied"),
    (f"{{{FROM_FRONT}, to: [{{operation: {{notMethods: [GET]}}}}]}}", "allowed", "denied", "denied"),
    ("{to: [{operation: {ports: ['80']}}]}", "allowed", "allowed", "allowed"),
    ("{to: [{operation: {ports: ['80']}}, {operation: {paths: [/a]}}]}", "allowed", "denied", "denied"),
    ("{when: [{key: source.namespace, values: [shop]}]}", "allowed", "allowed", "allowed"),
    ("{when: [{key: source.serviceAccount, values: [shop/front]}]}", "allowed", "allowed", "denied"),
    ("{from: [{source: {serviceAccounts: [front]}}]}", "allowed", "allowed", "allowed"),
    ("{from: [{source: {trustDomains: [cluster.local]}}]}", "allowed", "allowed", "denied"),
    ("{}", "allowed", "allowed", "allowed"),
]
REFUSED: list[tuple[str, str, str, str]] = [
    (f"{{{FROM_FRONT}}}", "denied", "denied", "denied"),
    (f"{{{GET}}}", "allowed", "denied", "allowed"),
    (f"{{{FROM_FRONT}, {GET}}}", "allowed", "denied", "allowed"),
    (f"{{{PORT_AND_GET}}}", "allowed", "denied", "denied"),
    ("{to: [{operation: {methods: [GET], ports: ['81']}}]}", "allowed", "allowed", "allowed"),
    ("{when: [{key: 'request.headers[a]', values: [b]}]}", "depends", "denied", "allowed"),
    ("{}", "denied", "denied", "denied"),
]


def verdicts(spec: str) -> tuple[str, str, str]:
    sidecar, ambient = mesh_of(policy(spec)), mesh_of(policy(spec), labels=AMBIENT)
    found = (decided(sidecar, **CALL), decided(sidecar, **CALL, http=False), decided(ambient, **CALL))
    assert [one.enforcer for one in found] == ["sidecar", "sidecar", "ztunnel"]
    return found[0].verdict, found[1].verdict, found[2].verdict


@pytest.mark.parametrize(("rule", "http", "tcp", "ztunnel"), ALLOWED)
def test_rules_that_allow(rule: str, http: str, tcp: str, ztunnel: str) -> None:
    assert verdicts(f"rules: [{rule}]") == (http, tcp, ztunnel)


@pytest.mark.parametrize(("rule", "http", "tcp", "ztunnel"), REFUSED)
def test_rules_that_deny(rule: str, http: str, tcp: str, ztunnel: str) -> None:
    assert verdicts(f"{{action: DENY, rules: [{rule}]}}") == (http, tcp, ztunnel)


def test_ztunnel_asks_nobody_and_knows_no_alias_of_a_trust_domain() -> None:
    asking = policy("{action: CUSTOM, provider: {name: opa}, rules: [{}]}")
    assert decided(mesh_of(asking, labels=AMBIENT)).verdict == "allowed"
    prod = {"config": {"trustDomain": "prod"}}
    allowing = policy(f"rules: [{{{FROM_FRONT}}}]")
    caller = "prod/ns/shop/sa/front"
    assert decided(mesh_of(allowing, **prod), principal=caller).verdict == "allowed"
    assert decided(mesh_of(allowing, labels=AMBIENT, **prod), principal=caller).verdict == "denied"


def test_a_provider_that_speaks_http_is_not_asked_about_tcp() -> None:
    asking = policy("{action: CUSTOM, provider: {name: opa}, rules: [{}]}")
    config = {"extensionProviders": [{"name": "opa", "envoyExtAuthzHttp": {}}]}
    mesh = mesh_of(asking, config=config)
    assert (decided(mesh).verdict, decided(mesh, http=False).verdict) == ("depends", "allowed")


def test_nobody_enforces_without_a_proxy() -> None:
    found = decided(mesh_of(policy("{}"), labels={}))
    assert (found.verdict, found.enforcer, found.considered) == ("allowed", "nobody", ())
    assert found.reason == "Deployment shop/web has no proxy, so nobody enforces policies for it."


def test_it_depends_where_nobody_knows_of_a_proxy() -> None:
    mesh = mesh_of(workload("elsewhere/api"), policy("{}", "elsewhere/p"))
    called = mesh.get(Deployment, "elsewhere", "api")
    assert called is not None
    found = decide(mesh, called, Request())
    assert (found.verdict, found.enforcer) == ("depends", "unknown")
    assert found.missing == ("whether Deployment elsewhere/api gets a proxy",)
    assert found.reason.startswith("AuthorizationPolicy elsewhere/p allows nothing, as it has no rules, but whether ")


def test_a_machine_has_a_proxy() -> None:
    machine = resource("WorkloadEntry", "shop/vm", {"labels": {"app": "vm"}, "serviceAccount": "vm"})
    mesh = mesh_of(machine, policy("selector: {matchLabels: {app: vm}}"))
    called = mesh.get(WorkloadEntry, "shop", "vm")
    assert called is not None
    assert decide(mesh, called, Request()).verdict == "denied"
    assert principal_of(mesh, called) == "cluster.local/ns/shop/sa/vm"


def test_principals_of_workloads() -> None:
    mesh = mesh_of(workload("shop/one", serviceAccountName="front"), config={"trustDomain": "prod"})
    names = [principal_of(mesh, w) for w in mesh.all(Deployment)]
    assert names == ["prod/ns/shop/sa/default", "prod/ns/shop/sa/front"]


def gateway(name: str, class_name: str) -> Resource:
    return resource("Gateway", name, {"gatewayClassName": class_name})


def target(kind: str, name: str, group: str = "gateway.networking.k8s.io") -> str:
    return f"{{targetRefs: [{{group: '{group}', kind: {kind}, name: {name}}}]}}"


ATTACHED: list[tuple[str, str, str, bool]] = [
    # The policy, its spec, the class of the Gateway shop/way, whether it is enforced there.
    ("shop/p", target("Gateway", "way"), "istio-waypoint", True),
    ("shop/p", target("Gateway", "other"), "istio-waypoint", False),
    ("other/p", target("Gateway", "way"), "istio-waypoint", False),
    ("shop/p", target("Service", "web", ""), "istio-waypoint", True),
    ("shop/p", target("Service", "web", "core"), "istio-waypoint", True),
    ("shop/p", target("Service", "api", ""), "istio-waypoint", False),
    ("shop/p", target("ServiceEntry", "web", "networking.istio.io"), "istio-waypoint", False),
    ("istio-system/p", target("GatewayClass", "istio-waypoint"), "istio-waypoint", True),
    ("shop/p", target("GatewayClass", "istio-waypoint"), "istio-waypoint", False),
    ("shop/p", "{}", "istio-waypoint", False),
    ("istio-system/p", "{}", "istio-waypoint", False),
    ("shop/p", target("Gateway", "way"), "istio", True),
    ("shop/p", target("Service", "web", ""), "istio", False),
    ("istio-system/p", target("GatewayClass", "istio-waypoint"), "istio", False),
    ("shop/p", "{}", "istio", True),
    ("istio-system/p", "{}", "istio", True),
    ("shop/p", "{selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: way}}}", "istio", True),
]


@pytest.mark.parametrize(("name", "spec", "class_name", "enforced"), ATTACHED)
def test_gateways_and_waypoints(name: str, spec: str, class_name: str, enforced: bool) -> None:
    mesh = mesh_of(gateway("shop/way", class_name), resource("Service", "shop/web", {}), policy(spec, name))
    way, web = mesh.get(KubernetesGateway, "shop", "way"), mesh.get(Service, "shop", "web")
    assert way is not None
    assert [p.full_name for p in policies_of(mesh, way, web)] == ([name] if enforced else [])
    enforcer: Any = "waypoint" if class_name == "istio-waypoint" else "gateway"
    assert decide(mesh, way, Request(), web).enforcer == enforcer
