"""A proxy is served by another revision of the control plane than its namespace asks for.

Why: labels decide the revision when a pod is made, never later. After `istio.io/rev` of a namespace was changed, its
pods stay with the old control plane until they are made anew, and break when that one is removed.

Example:
    kind: Namespace
    metadata: {name: shop, labels: {istio.io/rev: v2}}   # and the proxy of shop/web-1 is of revision v1

Fix: restart the workload.

Silent when: the revision of the proxy or of the control plane that serves it is not known, or no injection webhook of
the input would be called for the pod.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    REVISION,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Pod,
    Severity,
    Workload,
    analyzer,
    control_plane_revisions,
    injection,
    restart_advice,
)


@analyzer(
    "MSH206",
    "proxy-revision-mismatch",
    Severity.WARNING,
    reads=(Pod, Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if not mesh.facts.states:
        return
    decisions, revisions = injection(mesh), control_plane_revisions(mesh)
    for state in mesh.facts.states:
        pod = mesh.get(Pod, state.namespace, state.name)
        if pod is None or state.kind not in ("", "sidecar"):
            continue
        actual = revisions.get(state.control_plane) or state.revision or pod.annotations.get(REVISION, "")
        decision = decisions.decide(pod)
        if not actual or not decision.injected or decision.assumed or decision.revision in ("", actual):
            continue
        yield Claim(
            pod,
            ("metadata", "name"),
            f"The proxy of {state.id} is of revision {actual}; a new pod would get revision {decision.revision}. "
            f"{decision.reason}",
            fix=restart_advice(mesh, pod),
        )
