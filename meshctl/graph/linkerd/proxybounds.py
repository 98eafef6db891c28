"""What the proxy may use, as annotations and the installation have it."""

from collections.abc import Iterator
from typing import NamedTuple

from meshctl.graph.fields import mapping, text
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.annotationvalues import CONFIG
from meshctl.graph.linkerd.config import linkerd_config_map, linkerd_values
from meshctl.graph.linkerd.meshed import Told, told
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.quantities import quantity

RESOURCES = ("cpu", "memory", "ephemeral-storage")


class ProxyBounds(NamedTuple):
    """Request and limit of a resource. What the installation says has no path."""

    resource: str
    request: Told
    limit: Told

    @property
    def fits(self) -> bool:
        """Whether the limit is not below the request; also where one of them is no amount."""
        request, limit = quantity(self.request.value), quantity(self.limit.value)
        return request is None or limit is None or request <= limit


def proxy_bounds(mesh: MeshGraph, workload: Workload) -> Iterator[ProxyBounds]:
    """The resources for which the proxy of a workload has a request and a limit both."""
    for resource in RESOURCES:
        request, limit = (_bound(mesh, workload, resource, bound) for bound in ("request", "limit"))
        if request is not None and limit is not None:
            yield ProxyBounds(resource, request, limit)


def _bound(mesh: MeshGraph, workload: Workload, resource: str, bound: str) -> Told | None:
    annotated = told(mesh, workload, f"{CONFIG}proxy-{resource}-{bound}")
    if annotated is not None:
        return annotated
    resources = mapping(mapping(linkerd_values(mesh).get("proxy")).get("resources"))
    installed = text(mapping(resources.get(resource)).get(bound))
    source: ConfigMap | None = linkerd_config_map(mesh)
    return Told(installed, source, ()) if installed and source else None
