"""What a port of a pod takes: plain connections, mutual TLS, or both."""

from typing import Literal

from msgspec import Struct

from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.mtls.because import Because
from meshctl.graph.mtls.peerpolicies import PeerMode, peer_policies
from meshctl.graph.mtls.servers import carried_by, passed_by, ways

Accepted = Literal["plaintext only", "both", "mutual only", "unknown"]

_BY_MODE: dict[str, Accepted] = {"STRICT": "mutual only", "PERMISSIVE": "both", "DISABLE": "plaintext only"}


class Acceptance(Struct, frozen=True):
    """What is taken, and why. `mode` is the PeerAuthentication's where one, or Istio's default, decides."""

    what: Accepted
    because: Because
    mode: PeerMode | None = None


def accepts(mesh: MeshGraph, server: Workload | Machine, port: int) -> Acceptance:
    """What the pods of a workload take at `port`, which is their own port and not that of a Service.

    "plaintext only" also stands for pods without a proxy: all bytes get to the application as they are.
    """
    way = ways(mesh)(server)
    if way == "none":
        return Acceptance("plaintext only", Because(f"{server.id} has no proxy", server))
    if way == "gateway":
        return Acceptance("unknown", Because(f"{server.id} is a gateway: it takes what is configured for it", server))
    if way == "unknown":
        said = f"whether {server.id} gets a proxy depends on a Namespace that was not read"
        return Acceptance("unknown", Because(said, server))
    if way == "sidecar" and (passed := passed_by(mesh, server, port)):
        return Acceptance("plaintext only", passed)
    mode = peer_policies(mesh).of_workload(server.namespace, carried_by(server), port)
    if mode.contested:
        said = f"several PeerAuthentications say different things for {server.id}, and the oldest counts"
        return Acceptance("unknown", Because(said, mode.contested[0]), mode)
    if mode.policy is None:
        return Acceptance("both", Because("no PeerAuthentication says otherwise"), mode)
    because = Because(f"{mode.policy.id} says {mode.mode}", mode.policy, mode.path)
    if way == "ambient" and mode.mode == "DISABLE":
        # ztunnel does not know it: what is not STRICT is PERMISSIVE.
        return Acceptance("both", because, mode)
    return Acceptance(_BY_MODE[mode.mode], because, mode)
