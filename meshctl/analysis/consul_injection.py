"""Rows of `meshctl inject-check` for workloads about which Consul decides."""

from collections.abc import Sequence
from typing import Any

from meshctl.graph.consul.annotations import INJECT
from meshctl.graph.consul.injection import ConsulDecision, consul_injection, dataplanes, is_gateway
from meshctl.graph.injection import injection
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxied import injected_proxy
from meshctl.graph.restarting import restart_advice

Row = dict[str, Any]


def consul_row(mesh: MeshGraph, workload: Workload, pods: Sequence[Workload]) -> Row | None:
    """What Consul decides about a workload and what its pods have; None where Istio injects it or has done so."""
    if not dataplanes(workload) and (injected_proxy(workload) or injection(mesh).decide(workload).injected):
        return None
    decision = consul_injection(mesh).decide(workload)
    alive = [pod for pod in pods if not pod.has_ended] or pods
    having = sum(bool(dataplanes(pod)) for pod in alive)
    carried = not workload.is_created and bool(dataplanes(workload))
    expected = decision.injected or carried
    actual: bool | None = carried or None
    if alive:
        actual = having == len(alive) if expected else having > 0
    reason = _reason(workload, decision, carried)
    if 0 < having < len(alive):
        reason += f" {having} of its {len(alive)} pods {'has' if having == 1 else 'have'} a proxy."
    return {
        "resource": workload.id.as_data(workload.resource.version),
        "mesh": "Consul",
        "expected": expected,
        "actual": actual,
        "webhooks": list(decision.called) if decision.injected else [],
        "revision": "",
        "reason": reason,
        "fix": "" if carried or is_gateway(workload) else _fix(mesh, workload, decision, expected, actual),
        "pods": {"total": len(alive), "withProxy": having},
        "ambient": False,
        "assumed": decision.assumed,
    }


def _reason(workload: Workload, decision: ConsulDecision, carried: bool) -> str:
    if is_gateway(workload):
        return "It is a gateway of Consul, whose Envoy needs no injection."
    return "The manifest carries the proxy itself: it does not depend on injection." if carried else decision.reason


def _fix(mesh: MeshGraph, workload: Workload, decision: ConsulDecision, expected: bool, actual: bool | None) -> str:
    if expected:
        return restart_advice(mesh, workload) if actual is False else ""
    how = _asking(decision)
    return f"A new pod would have no proxy. {how}" if actual else how


def _asking(decision: ConsulDecision) -> str:
    """How it would get a proxy."""
    match decision.cause:
        case "system namespace":
            return "Move it to another namespace, if it should have a proxy."
        case "not called":
            return "Let connectInject.namespaceSelector select the namespace, if it should have a proxy."
        case "left out":
            return "Consul's own pods are left out so; others need labels that the objectSelector of the webhook takes."
        case "denied":
            return "Take the namespace out of connectInject.k8sDenyNamespaces, if it should have a proxy."
        case "not allowed":
            return "Add the namespace to connectInject.k8sAllowNamespaces, if it should have a proxy."
        case "invalid":
            return f'Write "true" or "false" as {INJECT} of the pods.'
    return f'Set {INJECT}: "true" on the pod template, if it should have a proxy; and let a Service select its pods.'
