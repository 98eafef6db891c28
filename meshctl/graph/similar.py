"""Names of one kind of resource, to find the one that was probably meant."""

from collections import defaultdict
from collections.abc import Iterable

from meshctl.graph.kinds.core import Secret, Service, ServiceAccount
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.networking import Gateway, VirtualService
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.nearest import Names
from meshctl.graph.view import View


class Similar:
    """Names by namespace, and namespaces by name."""

    def __init__(self, views: Iterable[View]) -> None:
        names: dict[str, list[str]] = defaultdict(list)
        self._homes: dict[str, set[str]] = defaultdict(set)
        for view in views:
            names[view.namespace].append(view.name)
            self._homes[view.name].add(view.namespace)
        self._names = {namespace: Names(found) for namespace, found in names.items()}

    def meant(self, full_name: str, namespace: str) -> str | None:
        """A sentence about what `namespace/name` was probably meant to be, as it is written in `namespace`; or None."""
        place, _, name = full_name.rpartition("/")
        near = self._names[place].nearest(name) if place in self._names else None
        if near:
            return f"Did you mean {near if place == namespace else f'{place}/{near}'}?"
        homes = sorted(self._homes.get(name, ()))
        return f"There is one of that name in namespace {homes[0]}: refer to {homes[0]}/{name}." if homes else None


@index(Gateway, KubernetesGateway)
def gateway_names(mesh: MeshGraph) -> Similar:
    """The names of Gateways, Istio's and those of the Gateway API."""
    return Similar((*mesh.all(Gateway), *mesh.all(KubernetesGateway)))


@index(KubernetesGateway)
def kubernetes_gateway_names(mesh: MeshGraph) -> Similar:
    """The names of Gateways of the Gateway API."""
    return Similar(mesh.all(KubernetesGateway))


@index(Service)
def service_names(mesh: MeshGraph) -> Similar:
    """The names of Services."""
    return Similar(mesh.all(Service))


@index(VirtualService)
def delegate_names(mesh: MeshGraph) -> Similar:
    """The names of VirtualServices that can be delegates: those without hosts."""
    return Similar(vs for vs in mesh.all(VirtualService) if not vs.hosts)


@index(Secret)
def secret_names(mesh: MeshGraph) -> Similar:
    """The names of Secrets."""
    return Similar(mesh.all(Secret))


@index(ServiceAccount)
def account_names(mesh: MeshGraph) -> Similar:
    """The names of ServiceAccounts."""
    return Similar(mesh.all(ServiceAccount))
