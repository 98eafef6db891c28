"""A workload of the mesh has no AuthorizationPolicy.

Why: without one everybody who reaches the workload may call it. Where each workload is to say who may, this finds those
that do not.

Example:
    kind: Deployment   # and no policy in its namespace or the root namespace selects it
    metadata: {name: web, namespace: shop}

Fix: add a policy for the workload, or `spec: {}` for its namespace and then what is allowed.

Silent when: a policy is for it, whatever that says; nobody enforces policies for it; it is a waypoint; or it is managed
by another workload of the input, for which it is told. It runs only when it is asked for (`--select KIA1301`).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    AuthorizationPolicy,
    Claim,
    MeshGraph,
    Missing,
    Severity,
    Workload,
    analyzer,
    owner,
)
from meshctl.analysis.api.authorization import POLICY_READS, enforcer_of, policies_of


@analyzer(
    "KIA1301",
    "workload-without-authorizationpolicy",
    Severity.INFO,
    reads=POLICY_READS,
    absent=(AuthorizationPolicy,),
    on_request=True,
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload in mesh.all(Workload):
        if workload.has_ended or owner(mesh, workload) is not None or policies_of(mesh, workload):
            continue
        if enforcer_of(mesh, workload) in ("sidecar", "gateway", "ztunnel"):
            yield Claim(
                workload,
                ("metadata", "name"),
                f"An AuthorizationPolicy for {workload.id} {ABSENT}: whoever reaches it may call it.",
                fix="Add a policy that says who may call it.",
                absent=Missing("AuthorizationPolicy", workload.name, AuthorizationPolicy.KINDS, workload.namespace),
            )
