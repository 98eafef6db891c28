"""Resources of Consul, whatever their kind."""

from typing import ClassVar

from meshctl.graph.fields import Fields, numbered
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

GROUP = "consul.hashicorp.com"

_ENTRIES = (
    *("ServiceDefaults", "ServiceResolver", "ServiceRouter", "ServiceSplitter", "ServiceIntentions"),
    *("ProxyDefaults", "Mesh", "IngressGateway", "TerminatingGateway", "ExportedServices", "JWTProvider"),
    *("SamenessGroup", "PeeringAcceptor", "PeeringDialer", "Registration", "ControlPlaneRequestLimit"),
)


class ConsulEntry(View):
    """A resource of any of Consul's kinds."""

    KINDS: ClassVar[tuple[KindKey, ...]] = tuple(KindKey(GROUP, kind) for kind in _ENTRIES)

    @lazy
    def synced(self) -> tuple[Path, Fields] | None:
        """Path and fields of the condition that says whether Consul has taken it; None where there is none."""
        for i, condition in numbered(self.status.get("conditions")):
            if condition.get("type") == "Synced":
                return ("status", "conditions", i), condition
        return None
