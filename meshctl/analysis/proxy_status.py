"""The table of `meshctl proxy-status`: each proxy, with what is known of its configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from msgspec import structs

from meshctl.analysis.analyze import Analysis, analyze
from meshctl.analysis.analyzer import Analyzer
from meshctl.graph.clusters import meshes
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.proxies import every_control_plane_answered, pod_of, unlisted_pods
from meshctl.model.proxystate import ProxyState, Sync
from meshctl.model.result import Result

Row = dict[str, Any]

SUBJECT = "proxy"
# The end of the last year that a time can be written of.
_LAST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
NOT_CONNECTED = "NOT CONNECTED"
NOT_READY = "NOT READY"
UNKNOWN = "UNKNOWN"
READY = "READY"
_ORDER = (
    *(NOT_CONNECTED, NOT_READY, Sync.ERROR, Sync.STALE, Sync.NOT_SENT),
    *(UNKNOWN, READY, Sync.ACCEPTED, Sync.SYNCED),
)


def proxy_status(
    mesh: MeshGraph, analyzers: Sequence[Analyzer], *, namespace: str = "", pod: tuple[str, str] | None = None
) -> Analysis:
    """The findings of the checks about proxies, with the table; `namespace` or `pod` (namespace, name) limit both."""

    def shown(place: str, name: str) -> bool:
        return (place, name) == pod if pod else namespace in ("", place)

    states = tuple(state for state in mesh.facts.states if shown(state.namespace, state.name))
    mesh = MeshGraph(mesh.snapshot, mesh.settings, structs.replace(mesh.facts, states=states))
    analysis = analyze(mesh, [a for a in analyzers if a.subject == SUBJECT])
    # What is said of proxies is of those that are shown; what is said of pods without one is of all pods.
    findings = tuple(
        finding
        for finding in analysis.result.findings
        if finding.resource is None or finding.resource.kind != "Pod" or shown(*finding.resource[-2:])
    )
    rows = [_row(mesh, state) for state in states]
    known = {(state.cluster, state.namespace, state.name): row for state, row in zip(states, rows, strict=True)}
    for one in meshes(mesh):
        # Without the word of every istiod it is not known whether they are connected; they are there all the same.
        sure = every_control_plane_answered(one) is True
        for each in (pod for pod in unlisted_pods(one) if shown(pod.namespace, pod.name)):
            row = known.get((each.cluster, each.namespace, each.name))
            if row is None:
                rows.append(row := _row(mesh, ProxyState(each.cluster, each.namespace, each.name)))
            if sure:
                row["state"], row["connected"] = NOT_CONNECTED, False
    rows.sort(key=lambda r: (_ORDER.index(r["state"]), r["resource"]["namespace"], r["resource"]["name"]))
    result: Result = replace(analysis.result, findings=findings, tables={"proxies": rows}, proxies=len(rows))
    return Analysis(result, analysis.crashes)


def summary(rows: Sequence[Mapping[str, Any]], *, complete: bool = True) -> str:
    """`5 proxies: 1 with rejected configuration, 4 in sync`, as a sentence.

    `complete` says that all were looked at that there are.
    """
    if not rows:
        return "There is no proxy here." if complete else "No proxy could be looked at."
    counts = {state: sum(row["state"] == state for row in rows) for state in _ORDER}
    told = ", ".join(f"{count} {_WORDS[state]}" for state, count in counts.items() if count)
    return f"{len(rows)} {'proxy' if len(rows) == 1 else 'proxies'}: {told}."


_WORDS: Mapping[str, str] = {
    NOT_CONNECTED: "not connected",
    NOT_READY: "not ready",
    Sync.ERROR: "refused what was sent",
    Sync.STALE: "did not answer",
    Sync.NOT_SENT: "got nothing",
    UNKNOWN: "not known",
    READY: "ready",
    Sync.ACCEPTED: "took what came last",
    Sync.SYNCED: "in sync",
}


def _row(mesh: MeshGraph, state: ProxyState) -> Row:
    identity = pod_of(mesh, state).id
    return {
        "resource": identity.as_data("v1"),
        "proxy": state.container,
        "kind": state.kind,
        "state": _overall(state),
        "controlPlane": state.control_plane,
        "controlPlaneVersion": state.control_plane_version,
        "version": state.version,
        "revision": state.revision,
        "connected": state.connected,
        "server": state.server,
        "types": [
            {
                "type": t.type,
                "state": t.sync.value,
                "age": None if t.age is None else round(t.age, 3),
                "sent": t.sent,
                "overdue": t.overdue,
            }
            for t in state.types
        ],
        "rejections": [
            {"type": r.type, "resource": r.resource, "reason": r.reason, "past": r.past} for r in state.rejections
        ],
        "waiting": [{"kind": w.kind, "name": w.name, "since": w.since} for w in state.waiting],
        "certificate": _certificate(state),
        "sources": list(state.sources),
    }


def _certificate(state: ProxyState) -> Row | None:
    """That of its identity, of a proxy that tells it in its metrics."""
    identity = state.metrics.identity if state.metrics else state.consul.certificate if state.consul else None
    if identity is None:
        return None
    ends = datetime.fromtimestamp(min(identity.ends, _LAST), UTC)
    return {
        "expires": ends.isoformat().replace("+00:00", "Z"),
        "remaining": None if identity.remaining is None else round(identity.remaining),
        "failedRenewals": identity.failures,
    }


def _overall(state: ProxyState) -> str:
    """What has no configuration that could be in sync says whether it is ready."""
    if state.connected is False:
        return NOT_CONNECTED
    if state.ready is not None:
        return READY if state.ready else NOT_READY
    return state.sync.value if state.sync else UNKNOWN
