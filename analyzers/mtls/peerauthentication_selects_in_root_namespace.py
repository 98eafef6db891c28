"""A PeerAuthentication of the root namespace has a selector, so it is for no pod at all.

Why: in the root namespace only a PeerAuthentication without selector counts, for the whole mesh. One with a selector
selects no pods of other namespaces, and those of the root namespace do not heed it either: what it says about mutual
TLS is not in force, and nothing tells.

Example:
    kind: PeerAuthentication
    metadata: {name: payments, namespace: istio-system}
    spec:
      selector: {matchLabels: {app: payments}}
      mtls: {mode: STRICT}

Fix: move it to the namespace of the pods.

Silent when: it has no selector, or is in another namespace. The root namespace is istio-system, or what the MeshConfig
says.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, ConfigMap, MeshGraph, PeerAuthentication, Severity, analyzer, mesh_config


@analyzer(
    "MSH424", "peerauthentication-selects-in-root-namespace", Severity.WARNING, reads=(PeerAuthentication, ConfigMap)
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    root = mesh_config(mesh).root_namespace
    for policy in mesh.all(PeerAuthentication):
        if policy.selector and policy.namespace == root:
            yield Claim(
                policy,
                ("spec", "selector"),
                f"It is for no pod: a PeerAuthentication with a selector counts in the namespace of its pods, not in"
                f" the root namespace {root}, which has those for the whole mesh.",
                fix="Move it to the namespace of the pods, or remove the selector if it is meant for the whole mesh.",
                on_key=True,
            )
