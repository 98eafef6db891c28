"""Which protocol each service speaks, and what decides that."""

from collections.abc import Mapping
from typing import NamedTuple

from meshctl.graph.consul.installation import SEEN
from meshctl.graph.consul.names import Catalog, ServiceKey, catalog
from meshctl.graph.kinds.consul import ProxyDefaults, ServiceDefaults
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.model.paths import Path

DEFAULT = "tcp"
GLOBAL = "global"
_WITH_REQUESTS = frozenset({"http", "http2", "grpc"})


class Protocol(NamedTuple):
    """The protocol of a service. `source` is what decides, None for the default of Consul; `path` its field.

    `lacking` is what would decide otherwise if it existed: None where ServiceDefaults of the service do.
    """

    name: str
    source: ProxyDefaults | ServiceDefaults | None
    path: Path
    lacking: Missing | None

    @property
    def has_requests(self) -> bool:
        """Whether Consul can route by request."""
        return self.name in _WITH_REQUESTS

    @property
    def because(self) -> str:
        """What decides, as a phrase."""
        if isinstance(self.source, ServiceDefaults) and not self.source.protocol:
            return f"{self.source.id} names no protocol, which counts as tcp"
        return f"{self.source.id} says so" if self.source else "nothing says otherwise"


class Protocols:
    """The protocols of all services."""

    def __init__(self, mesh: MeshGraph, names: Catalog) -> None:
        self.defaults: Mapping[ServiceKey, ServiceDefaults] = {
            names.own(entry): entry for entry in reversed(mesh.all(ServiceDefaults))
        }
        self.general = next((entry for entry in mesh.all(ProxyDefaults) if entry.name == GLOBAL), None)
        self._known: dict[ServiceKey, Protocol] = {}

    def of(self, key: ServiceKey) -> Protocol:
        """The protocol of a service."""
        if key not in self._known:
            self._known[key] = self._find(key)
        return self._known[key]

    def _find(self, key: ServiceKey) -> Protocol:
        own = self.defaults.get(key)
        if own is not None:
            return Protocol(own.protocol or DEFAULT, own, ("spec", "protocol"), None)
        lacking = Missing("ServiceDefaults", str(key), ServiceDefaults.KINDS, key.namespace)
        if self.general is not None and self.general.protocol:
            return Protocol(self.general.protocol, self.general, ("spec", "config", "protocol"), lacking)
        if self.general is None:
            kinds = (*ServiceDefaults.KINDS, *ProxyDefaults.KINDS)
            lacking = Missing("ServiceDefaults", str(key), kinds, key.namespace)
        return Protocol(DEFAULT, None, (), lacking)


@index(*SEEN)
def protocols(mesh: MeshGraph) -> Protocols:
    """The protocols of this mesh."""
    return Protocols(mesh, catalog(mesh))
