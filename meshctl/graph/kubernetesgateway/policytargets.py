"""What Istio's policies name as their targets."""

from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.deployedgateways import GATEWAY_NAME, gateway_pods
from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import GatewayClass, KubernetesGateway, reference_kind
from meshctl.graph.kinds.gatewayroutes import GATEWAY
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.kinds.policy import Policy
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

_NOTHING = KindKey("", "")
# A GatewayClass is a target, too, but is of no namespace, and made by controllers.
_VIEWS: tuple[type[View], ...] = (KubernetesGateway, Service, ServiceEntry)
_KINDS = {kind: view for view in _VIEWS for kind in view.KINDS}


class PolicyTarget(Struct, frozen=True):
    """A target of a policy, which is in the namespace of the policy. `found` says that something tells of it."""

    policy: Policy
    path: Path
    kind: KindKey
    name: str
    found: bool

    def __str__(self) -> str:
        return f"{self.kind.kind} {self.policy.namespace}/{self.name}"


@index(Policy, KubernetesGateway, Service, ServiceEntry, Workload)
def policy_targets(mesh: MeshGraph) -> tuple[PolicyTarget, ...]:
    """Every target of every policy, of the kinds that are looked for here, in document order."""
    found = []
    for policy in mesh.all(Policy):
        for path, ref in _targets(policy):
            kind, name = reference_kind(ref, _NOTHING), text(ref.get("name"))
            if name and kind in _KINDS:
                found.append(PolicyTarget(policy, path, kind, name, _exists(mesh, policy.namespace, kind, name)))
    return tuple(found)


def class_targets(mesh: MeshGraph) -> Iterator[tuple[Policy, Path, Fields]]:
    """The GatewayClasses that policies name as targets, each with its path."""
    for policy in mesh.all(Policy):
        for path, target in _targets(policy):
            if reference_kind(target, _NOTHING) in GatewayClass.KINDS:
                yield policy, path, target


def _exists(mesh: MeshGraph, namespace: str, kind: KindKey, name: str) -> bool:
    """Whether it is there, or pods that a controller made for it are."""
    made = kind == GATEWAY and gateway_pods(mesh).selected_by({GATEWAY_NAME: name}, namespace)
    return bool(made) or mesh.get(_KINDS[kind], namespace, name) is not None


def _targets(policy: Policy) -> tuple[tuple[Path, Fields], ...]:
    """As `Policy.targets`, with the paths."""
    several = tuple((("spec", "targetRefs", i), ref) for i, ref in numbered(policy.spec.get("targetRefs")))
    single = mapping(policy.spec.get("targetRef"))
    return several or (((("spec", "targetRef"), single),) if single else ())
