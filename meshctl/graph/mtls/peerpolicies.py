"""Which PeerAuthentication decides what a port of a pod takes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from meshctl.graph.discovery import undiscovered
from meshctl.graph.fields import text
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.selectors import Selecting
from meshctl.model.paths import Path

Level = Literal["port", "workload", "namespace", "mesh", "default"]


class PeerMode(NamedTuple):
    """STRICT, PERMISSIVE or DISABLE, and the policy that says so: None for Istio's own default, PERMISSIVE.

    `path` is that of the mode. `contested` are the policies of one level that say different things where nobody knows
    which is the oldest, the one that counts; `mode` is then that of the first by name.
    """

    mode: str
    level: Level
    policy: PeerAuthentication | None = None
    path: Path = ()
    contested: tuple[PeerAuthentication, ...] = ()


class PeerPolicies:
    """The PeerAuthentications of a mesh.

    The oldest of each level counts; a level that says nothing inherits from the next: port, workload, namespace, mesh.
    In the root namespace those with a selector are for nobody, not even for pods there.
    """

    def __init__(self, policies: Iterable[PeerAuthentication], root: str) -> None:
        self.root = root
        ordered = sorted(policies, key=lambda p: (text(p.metadata.get("creationTimestamp")), p.name, p.cluster))
        self._whole: dict[str, list[PeerAuthentication]] = defaultdict(list)
        for policy in ordered:
            if not policy.selector:
                self._whole[policy.namespace].append(policy)
        chosen = [p for p in ordered if p.selector and p.namespace != root]
        self._order = {p.id: position for position, p in enumerate(chosen)}
        self._selecting = Selecting(chosen, lambda p: p.namespace, lambda p: p.selector)

    def of_namespace(self, namespace: str) -> PeerMode:
        """What the namespace, or else the mesh, says: what clients go by when they choose mutual TLS themselves."""
        mesh = self._decided(self._whole.get(self.root, ()), "mesh", PeerMode("PERMISSIVE", "default"))
        return mesh if namespace == self.root else self._decided(self._whole.get(namespace, ()), "namespace", mesh)

    def of_workload(self, namespace: str, carried: Mapping[str, str], port: int = 0) -> PeerMode:
        """What pods with these labels take at a port of theirs; 0 stands for a port that no policy names."""
        own = self.choosing(namespace, carried)
        wider = self._decided(own, "workload", self.of_namespace(namespace), port)
        if own and (mode := own[0].port_modes.get(port)):
            return PeerMode(mode, "port", own[0], ("spec", "portLevelMtls", str(port), "mode"), wider.contested)
        return wider

    def levels(self, namespace: str, carried: Mapping[str, str]) -> list[PeerAuthentication]:
        """The policies that count for these pods, one of each level that has any: workload, namespace, mesh."""
        places = dict.fromkeys((namespace, self.root))
        found = (self.choosing(namespace, carried), *(self._whole.get(place, ()) for place in places))
        return [policies[0] for policies in found if policies]

    def wide_modes(self) -> list[PeerMode]:
        """What the policies of each namespace say that has one, and those of the mesh."""
        return [self.of_namespace(namespace) for namespace in self._whole]

    def choosing(self, namespace: str, carried: Mapping[str, str]) -> list[PeerAuthentication]:
        """The policies with a selector for these pods; the first counts."""
        return sorted(self._selecting.selecting(carried, namespace), key=lambda p: self._order[p.id])

    @staticmethod
    def _decided(policies: Sequence[PeerAuthentication], level: Level, wider: PeerMode, port: int = 0) -> PeerMode:
        """What the first of a level says, or the wider level where it says nothing."""
        if not policies:
            return wider
        contested: tuple[PeerAuthentication, ...] = ()
        if len(policies) > 1 and not all(p.metadata.get("creationTimestamp") for p in policies):
            differ = len({p.port_modes.get(port) or p.mode for p in policies}) > 1
            contested = tuple(policies) if differ else ()
        if not policies[0].mode:
            return wider._replace(contested=contested or wider.contested)
        return PeerMode(policies[0].mode, level, policies[0], ("spec", "mtls", "mode"), contested)


@index(PeerAuthentication, ConfigMap, Namespace)
def peer_policies(mesh: MeshGraph) -> PeerPolicies:
    """The PeerAuthentications of the mesh, without those in namespaces that no control plane looks into."""
    hidden = undiscovered(mesh)
    read = (policy for policy in mesh.all(PeerAuthentication) if policy.namespace not in hidden)
    return PeerPolicies(read, mesh_config(mesh).root_namespace)
