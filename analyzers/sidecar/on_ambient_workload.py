"""A Sidecar is for workloads in ambient mode, where no sidecar proxy reads it.

Why: pods in ambient mode have no proxy of their own. What the Sidecar limits or adds, egress hosts above all, is not in
force for them.

Example:
    kind: Namespace
    metadata:
      name: shop
      labels: {istio.io/dataplane-mode: ambient}
    ---
    kind: Sidecar
    metadata: {name: default, namespace: shop}
    spec:
      egress:
      - hosts: [./*]

Fix: remove the Sidecar, or narrow it to the workloads that have a sidecar; use a waypoint for what it was to do.

Where some workload of a namespace in ambient mode has a sidecar all the same, a Sidecar for the whole namespace is an
info.

Silent when: the workloads that it selects have sidecars.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Namespace,
    Path,
    Severity,
    Sidecar,
    Workload,
    analyzer,
    enumerated,
    in_ambient,
    in_ambient_namespace,
    present,
    sidecars_by_place,
    top_owner,
)


@analyzer("IST0167", "sidecar-on-ambient-workload", Severity.WARNING, reads=(Sidecar, Workload, Namespace))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for (cluster, namespace, selector), sidecars in sidecars_by_place(mesh).items():
        inside = [w for w in present(mesh, dict(selector), namespace) if w.cluster == cluster]
        path: Path
        severity = Severity.WARNING
        if selector:
            ambient = {str(top_owner(mesh, w).id) for w in inside if in_ambient(mesh, w)}
            path, whom = ("spec", "workloadSelector", "labels"), enumerated(sorted(ambient), len(ambient))
        elif in_ambient_namespace(mesh, namespace):
            path, whom = ("metadata", "namespace"), f"namespace {namespace}"
            if any(w.proxy for w in inside):
                severity, whom = Severity.INFO, f"the other pods of {whom} beside those with a sidecar"
        else:
            continue
        if whom:
            for sidecar in sidecars:
                yield Claim(
                    sidecar,
                    path,
                    f"It has no effect on {whom}: pods in ambient mode have no sidecar to read it.",
                    fix="Remove it, or narrow it to workloads with a sidecar.",
                    severity=severity,
                )
