"""The tables of `meshctl inject-check`: who should have a sidecar, who has, and what enabling it would bring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import Struct

from meshctl.analysis.analyze import Analysis, analyze
from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.injection_fixes import next_step
from meshctl.analysis.rollout import Candidate, enabled_namespaces, namespace_states, rollout
from meshctl.graph.ambient import in_ambient
from meshctl.graph.clusters import meshes
from meshctl.graph.injection import Decision, injection, undecided_namespaces
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Node
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.othermeshes import speaks_of_consul, speaks_of_linkerd
from meshctl.graph.overhead import cost_if_injected
from meshctl.graph.proxied import injected_proxy
from meshctl.graph.restarting import restart_advice
from meshctl.graph.view import kinds_in
from meshctl.graph.workloads import top_owner, workloads

Row = dict[str, Any]

SUBJECT = "injection"
READS = kinds_in(Workload, Namespace, Node, ConfigMap, MutatingWebhookConfiguration)


class Checked(Struct, frozen=True):
    """A workload with the pods of the input that belong to it; a Pod without owner is its own."""

    workload: Workload
    pods: tuple[Workload, ...]


def inject_check(mesh: MeshGraph, analyzers: Sequence[Analyzer], *, namespace: str = "") -> Analysis:
    """The findings of the checks about injection, with the tables; `namespace` limits both, empty means all."""
    analysis = analyze(mesh, [a for a in analyzers if a.subject == SUBJECT], namespace=namespace)
    rows: list[Row] = []
    candidates: list[Candidate] = []
    unrestarted: list[Candidate] = []
    for part in meshes(mesh):
        _check(part.scoped(READS), namespace, rows, candidates, unrestarted)
    tables: Mapping[str, Sequence[Row]] = {
        "workloads": rows,
        "ifLabeled": list(enabled_namespaces(candidates)),
        "rollout": rollout(candidates),
        "namespaces": [] if namespace else namespace_states(rows, [*candidates, *unrestarted]),
    }
    return Analysis(replace(analysis.result, tables=tables), analysis.crashes)


def _check(
    mesh: MeshGraph, namespace: str, rows: list[Row], candidates: list[Candidate], unrestarted: list[Candidate]
) -> None:
    """Adds a row for each workload of a cluster, those that would get a proxy with a label to the candidates.

    Those that should have one already, and do not, are added to `unrestarted`.
    """
    undecided = {n.name for n, decision in undecided_namespaces(mesh) if not decision.injected}
    for each in checked(mesh, namespace):
        workload = each.workload
        if (other := _of_other_mesh(mesh, each)) is not None:
            rows.append(other)
            if other["expected"] and other["actual"] is False:
                unrestarted.append((workload, None, restart_advice(mesh, workload)))
            continue
        row = _row(mesh, each)
        rows.append(row)
        unlabeled = workload.namespace in undecided or not injection(mesh).decide(workload).place_known
        if unlabeled and not in_ambient(mesh, workload):
            decision = injection(mesh).decide_if_enabled(workload)
            row["ifLabeled"] = {"expected": decision.injected, "reason": decision.reason}
            if decision.injected and not row["actual"]:
                candidates.append((workload, cost_if_injected(mesh, workload), restart_advice(mesh, workload)))
                continue
        if row["expected"] and row["actual"] is False:
            unrestarted.append((workload, cost_if_injected(mesh, workload), restart_advice(mesh, workload)))


def checked(mesh: MeshGraph, namespace: str = "") -> list[Checked]:
    """The workloads of a namespace, all for an empty one, sorted by identity."""
    members: dict[Any, tuple[Workload, list[Workload]]] = {}
    for workload in workloads(mesh).selected_by({}, namespace):
        if workload.cluster not in mesh.clusters:
            continue
        top = top_owner(mesh, workload)
        pods = members.setdefault(top.id, (top, []))[1]
        if workload.is_pod:
            pods.append(workload)
    return [Checked(top, tuple(pods)) for _, (top, pods) in sorted(members.items())]


def notes(mesh: MeshGraph, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """What was assumed, as sentences."""
    if not any(row["assumed"] for row in rows):
        return []
    unread = {kind for coverage in mesh.snapshot.coverage.values() for kind in coverage.unread}
    if unread.isdisjoint(MutatingWebhookConfiguration.KINDS):
        return ["No injection webhook is in the input: a default installation is assumed."]
    return ["The injection webhooks could not be read: those of a default installation are assumed."]


def _of_other_mesh(mesh: MeshGraph, each: Checked) -> Row | None:
    """The row of a workload that another mesh than Istio decides about; None for all others."""
    if speaks_of_linkerd(mesh, each.workload):
        from meshctl.analysis.linkerd_injection import linkerd_row

        return linkerd_row(mesh, each.workload, each.pods)
    if speaks_of_consul(mesh, each.workload):
        from meshctl.analysis.consul_injection import consul_row

        return consul_row(mesh, each.workload, each.pods)
    return None


def _row(mesh: MeshGraph, each: Checked) -> Row:
    decision = injection(mesh).decide(each.workload)
    # Pods of runs that are over tell nothing, unless there are no others.
    alive = [pod for pod in each.pods if not pod.has_ended] or each.pods
    having = sum(injected_proxy(pod) is not None for pod in alive)
    captured = not decision.injected and in_ambient(mesh, each.workload)
    expected = decision.injected or _carried(each.workload)
    actual = _actual(each.workload, len(alive), having, expected)
    return {
        "resource": each.workload.id.as_data(each.workload.resource.version),
        "expected": expected,
        "actual": actual,
        "webhooks": list(decision.called),
        "revision": decision.revision,
        "reason": _reason(each.workload, decision, len(alive), having, captured),
        "fix": _fix(mesh, each.workload, decision, expected, actual) if not captured else "",
        "pods": {"total": len(alive), "withProxy": having},
        "ambient": captured,
        "assumed": decision.assumed,
    }


def _fix(mesh: MeshGraph, workload: Workload, decision: Decision, expected: bool, actual: bool | None) -> str:
    if expected and not decision.injected:
        return restart_advice(mesh, workload) if actual is False else ""
    return next_step(mesh, workload, decision, actual)


def _carried(workload: Workload) -> bool:
    """Whether somebody wrote the proxy into the manifest, as `istioctl kube-inject` and some charts do."""
    return not workload.is_created and injected_proxy(workload) is not None


def _actual(workload: Workload, pods: int, having: int, expected: bool) -> bool | None:
    """What the pods have; where they differ, what some have against the expectation."""
    if pods:
        return having == pods if expected else having > 0
    return True if injected_proxy(workload) else None


def _reason(workload: Workload, decision: Decision, pods: int, having: int, captured: bool) -> str:
    if captured:
        return "The pods are in ambient mode, where ztunnel takes the place of a sidecar."
    reason = decision.reason
    if _carried(workload) and not decision.injected:
        reason = "The manifest carries the proxy itself: it does not depend on injection."
    if 0 < having < pods:
        reason += f" {having} of its {pods} pods {'has' if having == 1 else 'have'} a proxy."
    return reason
