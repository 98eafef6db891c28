"""PeerAuthentications that ask for mutual TLS of clients which are told by nothing to use it."""

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace, Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import DestinationRule, ServiceEntry
from meshctl.graph.kinds.policy import PeerAuthentication
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.kubernetesgateway.clients import clients
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.behind import is_headless
from meshctl.graph.mtls.clients import Client
from meshctl.graph.mtls.conflicts import policies_may_decide
from meshctl.graph.mtls.connection import judge
from meshctl.graph.mtls.peerpolicies import PeerMode, peer_policies
from meshctl.graph.mtls.sending import auto_mutual_tls, sends
from meshctl.graph.mtls.takings import Taking, takings
from meshctl.graph.mtls.widerules import wide_rules
from meshctl.model.ids import ResourceId

# Of the ports that one policy is for, how many are tried until one is called in plaintext.
_TRIED = 100


class Unmet(Struct, frozen=True):
    """A policy with STRICT and a port of its that proxies call in plaintext; None where no pods are known."""

    policy: PeerAuthentication
    mode: PeerMode
    taking: Taking | None
    because: Because

    @property
    def switched_off(self) -> bool:
        """Whether another policy makes clients speak plaintext, and not that nothing tells them otherwise."""
        return isinstance(self.because.view, PeerAuthentication)


@index(
    DestinationRule,
    PeerAuthentication,
    Service,
    ServiceEntry,
    Workload,
    Machine,
    Namespace,
    ConfigMap,
    MutatingWebhookConfiguration,
)
def unmet_policies(mesh: MeshGraph) -> tuple[Unmet, ...]:
    """Every such policy. With auto mutual TLS, they are those below a policy that switches it off."""
    policies = peer_policies(mesh)
    auto = auto_mutual_tls(mesh)
    if auto and all(p.selector or p.mode != "DISABLE" for p in mesh.all(PeerAuthentication)):
        return ()
    if (ways := clients(mesh).everywhere) and ways.isdisjoint(("sidecar", "unknown")):
        return ()
    taken = _by_policy(mesh)
    found = [unmet for takings in taken.values() if (unmet := _unmet(mesh, takings))]
    if not auto:
        found += _without_pods(mesh, policies.wide_modes(), set(taken))
    return tuple(found)


def _by_policy(mesh: MeshGraph) -> dict[ResourceId, list[Taking]]:
    """What refuses plaintext, by the policy that makes it."""
    found: dict[ResourceId, list[Taking]] = defaultdict(list)
    for taking in takings(mesh).named("*", "mutual only"):
        mode = taking.acceptance.mode
        if mode and mode.policy and taking.answering.way == "sidecar" and not is_headless(taking.host):
            found[mode.policy.id].append(taking)
    return found


def _unmet(mesh: MeshGraph, taken: list[Taking]) -> Unmet | None:
    for taking in taken[:_TRIED]:
        server, mode = taking.answering.server, taking.acceptance.mode
        sending = sends(mesh, Client(taking.host.first.namespace), taking.host, taking.port, server)
        said = sending.rule is not None and sending.rule.mode
        if not said and wide_rules(mesh).over(taking.host.first.namespace):
            # A rule for the host hides the wide one: that is what is wrong.
            said = "hidden"
        if not said and judge(sending, "mutual only", "sidecar")[0] == "fails" and mode and mode.policy:
            return Unmet(mode.policy, mode, taking, sending.because)
    return None


def _without_pods(mesh: MeshGraph, modes: list[PeerMode], seen: set[ResourceId]) -> Iterator[Unmet]:
    """Policies for places without known pods, where no rule tells clients to use mutual TLS."""
    for mode in modes:
        policy = mode.policy
        if policy and mode.mode == "STRICT" and not mode.contested and policy.id not in seen:
            namespace = "" if mode.level == "mesh" else policy.namespace
            seen.add(policy.id)
            if policies_may_decide(mesh, namespace) and wide_rules(mesh).over(namespace) is None:
                yield Unmet(policy, mode, None, Because("enableAutoMtls is off"))
