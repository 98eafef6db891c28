"""The CRD of a kind is installed that Istio has given up.

Why: objects of ClusterRbacConfig, RbacConfig, ServiceRole and ServiceRoleBinding were authorization rules once. The
cluster still accepts them, and Istio reads none: whoever relies on them has no authorization at all.

Example:
    kind: CustomResourceDefinition
    metadata: {name: serviceroles.rbac.istio.io}
    spec:
      group: rbac.istio.io
      names: {kind: ServiceRole}

Fix: write the rules as AuthorizationPolicy and delete the CRD.

Silent when: the group is another one.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, CustomResourceDefinition, MeshGraph, Severity, analyzer

_GROUP = "rbac.istio.io"
_KINDS = frozenset({"ClusterRbacConfig", "RbacConfig", "ServiceRole", "ServiceRoleBinding"})


@analyzer("IST0002", "crd-deprecated-kind", Severity.WARNING, reads=(CustomResourceDefinition,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for definition in mesh.all(CustomResourceDefinition):
        group, kind = definition.defines
        if group == _GROUP and kind in _KINDS:
            yield Claim(
                definition,
                ("spec", "names", "kind"),
                f"Istio does not read {kind} any more: rules written as such are not in force.",
                fix="Write them as AuthorizationPolicy, then delete the CRD.",
            )
