"""A policy is attached to a GatewayClass where that has no effect.

Why: a policy for a class is for all waypoints of the mesh, and counts in the root namespace only, and only for the
class `istio-waypoint`. Elsewhere it applies to nothing: what an AuthorizationPolicy was to refuse gets through.

Example:
    metadata: {namespace: shop}   # istio-system
    spec:
      targetRefs:
      - {group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint}

Fix: move the policy to the root namespace, or name the waypoint of the namespace (kind Gateway).

Silent when: the policy is in the root namespace, which is that of the MeshConfig, and names `istio-waypoint`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    Policy,
    Severity,
    analyzer,
    class_targets,
    mesh_config,
    text,
)

_WAYPOINT = "istio-waypoint"


@analyzer("MSH438", "policy-class-target-outside-root", Severity.WARNING, reads=(Policy, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    root = mesh_config(mesh).root_namespace
    for policy, path, target in class_targets(mesh):
        name = text(target.get("name"))
        if name != _WAYPOINT:
            yield Claim(
                policy,
                (*path, "name"),
                f"Policies are attached to the GatewayClass {_WAYPOINT} alone, so this one applies to nothing.",
                fix=f"Write {_WAYPOINT}, or name a Gateway.",
            )
        elif policy.namespace != root:
            yield Claim(
                policy,
                (*path, "kind"),
                f"Policies for a GatewayClass count in the root namespace {root} alone: this one applies to nothing.",
                fix=f"Move it to namespace {root}, or name the waypoint with kind Gateway.",
                severity=None if mesh_config(mesh).known else Severity.INFO,
            )
