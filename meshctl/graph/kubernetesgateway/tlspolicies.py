"""The Services that BackendTLSPolicies are for."""

from msgspec import Struct

from meshctl.graph.fields import text
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.gateway_api import BackendTlsPolicy, reference_kind
from meshctl.graph.kinds.gatewayroutes import SERVICE
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path


class TlsTarget(Struct, frozen=True):
    """A target of a policy; `section` is the name of a port, empty for all of them."""

    policy: BackendTlsPolicy
    path: Path
    name: str
    section: str
    service: Service | None


@index(BackendTlsPolicy, Service)
def tls_targets(mesh: MeshGraph) -> tuple[TlsTarget, ...]:
    """Every Service that a policy names, in document order."""
    return tuple(
        TlsTarget(policy, path, name, text(ref.get("sectionName")), mesh.get(Service, policy.namespace, name))
        for policy in mesh.all(BackendTlsPolicy)
        for path, ref in policy.targets
        if (name := text(ref.get("name"))) and reference_kind(ref, SERVICE) == SERVICE
    )
