"""A control plane serves a proxy whose pod is gone.

Why: a connection that outlives its pod costs the control plane memory and a part of every push, and shows in its
metrics as a proxy that never answers. Something else may also run with the identity of that pod.

Example:
    proxy: web-1.shop   # in istiod's /debug/syncz, and namespace shop has no pod web-1

Fix: if it stays after a minute, restart the istiod that lists it.

Silent when: the input holds no pod of that namespace, or a WorkloadEntry has that name.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    MeshGraph,
    Missing,
    Pod,
    Severity,
    WorkloadEntry,
    analyzer,
    pod_of,
)


@analyzer(
    "MSH204",
    "proxy-without-pod",
    Severity.WARNING,
    reads=(Pod, WorkloadEntry),
    absent=(Pod, WorkloadEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if not mesh.facts.states:
        return
    shown = {pod.namespace for pod in mesh.all(Pod)}
    for state in mesh.facts.states:
        if not state.is_istios or not state.control_plane or state.namespace not in shown:
            continue
        if mesh.get(Pod, state.namespace, state.name) or mesh.get(WorkloadEntry, state.namespace, state.name):
            continue
        yield Claim(
            pod_of(mesh, state),
            ("metadata", "name"),
            f"{state.control_plane} serves the proxy {state.id}, and its pod {ABSENT}.",
            fix="If it is still listed after a minute, restart that istiod.",
            absent=Missing("pod", state.name, (*Pod.KINDS, *WorkloadEntry.KINDS), state.namespace),
        )
