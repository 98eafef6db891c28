"""An AuthorizationPolicy for a whole namespace is in Istio's namespace, which is not the root namespace of the mesh.

Why: a policy without selector is for the whole mesh in the root namespace alone. In Istio's namespace it is that only
where the MeshConfig says no other `rootNamespace`; else it is for Istio's own pods.

Example:
    kind: AuthorizationPolicy
    metadata: {name: deny-all, namespace: istio-system}   # rootNamespace: istio-config
    spec: {}

Fix: move it to the root namespace, if it is meant for the mesh.

Silent when: the MeshConfig names no root namespace, or Istio's; the policy has a selector or targets.
"""

from collections.abc import Iterator

from meshctl.analysis.api import AuthorizationPolicy, Claim, ConfigMap, MeshGraph, Severity, analyzer, mesh_config


@analyzer("MSH439", "authorizationpolicy-outside-root", Severity.INFO, reads=(AuthorizationPolicy, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    home, root = mesh.settings.istio_namespace, mesh_config(mesh).root_namespace
    if home == root:
        return
    for policy in mesh.all(AuthorizationPolicy):
        if policy.namespace == home and not policy.selector and not policy.targets:
            yield Claim(
                policy,
                ("metadata", "namespace"),
                f"This is for the pods of {home} alone: the root namespace of the mesh is {root}.",
                fix=f"Move it to {root}, if it is meant for the whole mesh.",
            )
