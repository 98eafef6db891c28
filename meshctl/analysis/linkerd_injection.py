"""Rows of `meshctl inject-check` for workloads about which Linkerd decides."""

from collections.abc import Sequence
from typing import Any

from meshctl.graph.injection import injection
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.injection import LinkerdDecision, linkerd_injection
from meshctl.graph.linkerd.presence import INJECT, linkerd_proxy
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxied import injected_proxy
from meshctl.graph.restarting import restart_advice

Row = dict[str, Any]


def linkerd_row(mesh: MeshGraph, workload: Workload, pods: Sequence[Workload]) -> Row | None:
    """What Linkerd decides about a workload and what its pods have; None where Istio injects it or has done so."""
    if linkerd_proxy(workload) is None and (injected_proxy(workload) or injection(mesh).decide(workload).injected):
        return None
    decision = linkerd_injection(mesh).decide(workload)
    alive = [pod for pod in pods if not pod.has_ended] or pods
    having = sum(linkerd_proxy(pod) is not None for pod in alive)
    carried = not workload.is_created and linkerd_proxy(workload) is not None
    expected = decision.injected or carried
    actual: bool | None = carried or None
    if alive:
        actual = having == len(alive) if expected else having > 0
    reason = decision.reason
    if carried:
        reason = "The manifest carries the proxy itself: it does not depend on injection."
    if 0 < having < len(alive):
        reason += f" {having} of its {len(alive)} pods {'has' if having == 1 else 'have'} a proxy."
    return {
        "resource": workload.id.as_data(workload.resource.version),
        "mesh": "Linkerd",
        "expected": expected,
        "actual": actual,
        "webhooks": list(decision.called) if decision.wanted else [],
        "revision": "",
        "reason": reason,
        "fix": "" if carried else _fix(mesh, workload, decision, actual),
        "pods": {"total": len(alive), "withProxy": having},
        "ambient": False,
        "assumed": decision.assumed,
    }


def _fix(mesh: MeshGraph, workload: Workload, decision: LinkerdDecision, actual: bool | None) -> str:
    if decision.injected:
        return restart_advice(mesh, workload) if actual is False else ""
    how = _asking(mesh, workload, decision)
    return f"A new pod would have no proxy. {how}" if actual else how


def _asking(mesh: MeshGraph, workload: Workload, decision: LinkerdDecision) -> str:
    """How it would get a proxy."""
    whose = "the namespace" if isinstance(decision.decider, Namespace) else "the pods"
    match decision.cause:
        case "host network":
            return "None is possible: only without hostNetwork can a pod have a sidecar."
        case "refused":
            return f"Set {INJECT}: enabled on {whose} if it should have a proxy."
        case "value":
            return f"Write enabled, ingress or disabled as {INJECT} of {whose}."
        case "out of scope":
            return "Remove what keeps the webhook away, or move it to another namespace, if it should have a proxy."
        case "no webhook":
            return "Install the proxy injector of Linkerd."
        case "other sidecar":
            return f"Remove that container, or set {INJECT}: disabled."
        case "no token":
            return "Let the token be mounted, or install Linkerd with identity.serviceAccountTokenProjection: true."
    if not decision.place_known:
        return f"Give the file with Namespace {workload.namespace} as well."
    advice = restart_advice(mesh, workload)
    return (
        f"If it should have a proxy: kubectl annotate namespace {workload.namespace} {INJECT}=enabled, then"
        f" {advice[:1].lower()}{advice[1:]}"
    )
