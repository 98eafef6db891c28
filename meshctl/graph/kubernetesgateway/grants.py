"""Which references across namespaces ReferenceGrants permit."""

from collections import defaultdict

from meshctl.graph.kinds.gateway_api import ReferenceGrant
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.model.ids import KindKey

_Pair = tuple[str, str, KindKey, KindKey]
"""Namespace of the target, that of the referrer, kind of the referrer, kind of the target."""

EVERYTHING = ""


class Grants:
    """The permissions of all ReferenceGrants."""

    def __init__(self, grants: tuple[ReferenceGrant, ...]) -> None:
        self._names: dict[_Pair, set[str]] = defaultdict(set)
        for grant in grants:
            for _, kind, namespace in grant.origins:
                for _, target, name in grant.targets:
                    self._names[grant.namespace, namespace, kind, target].add(name)

    def permit(self, origin: tuple[KindKey, str], target: tuple[KindKey, str, str]) -> bool:
        """Whether something of a kind and namespace may refer to another of a kind, namespace and name."""
        kind, namespace = origin
        wanted, place, name = target
        if namespace == place:
            return True
        named = self._names.get((place, namespace, kind, wanted), ())
        return EVERYTHING in named or name in named


@index(ReferenceGrant)
def grants(mesh: MeshGraph) -> Grants:
    """What ReferenceGrants permit."""
    return Grants(mesh.all(ReferenceGrant))


def missing_grant(namespace: str, name: str) -> Missing:
    """The absence of a grant for something in a namespace."""
    return Missing("referencegrant", f"{namespace}/{name}", ReferenceGrant.KINDS, namespace)
