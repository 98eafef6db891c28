"""What in a namespace needs a proxy that understands HTTP: in ambient mode, a waypoint."""

from collections.abc import Iterator, Mapping

from meshctl.graph.fields import Fields, listed, mapping, numbered, text
from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import ServiceEntry, VirtualService
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.view import View
from meshctl.model.ids import KindKey, ResourceId

_POLICY = KindKey("security.istio.io", "AuthorizationPolicy")
_ROUTES = (KindKey("gateway.networking.k8s.io", "HTTPRoute"), KindKey("gateway.networking.k8s.io", "GRPCRoute"))


class HttpAware(View):
    """A resource that may need HTTP to be understood, beside VirtualServices."""

    KINDS = (
        _POLICY,
        KindKey("security.istio.io", "RequestAuthentication"),
        KindKey("extensions.istio.io", "WasmPlugin"),
        *_ROUTES,
    )


@index(VirtualService, HttpAware, Service, ServiceEntry)
def needs_http(mesh: MeshGraph) -> Mapping[str, tuple[ResourceId, ...]]:
    """By namespace, the resources that take effect on HTTP requests to its services."""
    found: dict[str, dict[ResourceId, None]] = {}
    for service in mesh.all(VirtualService):
        if service.applies_to_mesh and listed(service.spec.get("http")):
            homes = {hosts(mesh).home(host, service.namespace) for _, host in service.hosts}
            for home in homes - {""} or {service.namespace}:
                found.setdefault(home, {})[service.id] = None
    for resource in mesh.all(HttpAware):
        for home in _homes(resource):
            found.setdefault(home, {})[resource.id] = None
    return {namespace: tuple(sorted(those)) for namespace, those in found.items()}


def _homes(resource: HttpAware) -> Iterator[str]:
    kind = resource.id.kind_key
    if kind in _ROUTES:
        for _, parent in numbered(resource.spec.get("parentRefs")):
            if parent.get("kind") == "Service":
                yield text(parent.get("namespace")) or resource.namespace
    elif kind != _POLICY or any(_reads_requests(rule) for _, rule in numbered(resource.spec.get("rules"))):
        yield resource.namespace


def _reads_requests(rule: Fields) -> bool:
    operations = [mapping(to.get("operation")) for _, to in numbered(rule.get("to"))]
    sources = [mapping(origin.get("source")) for _, origin in numbered(rule.get("from"))]
    return (
        any(key.removeprefix("not").lower() in ("hosts", "methods", "paths") for o in operations for key in o)
        or any(key.removeprefix("not").lower() == "requestprincipals" for s in sources for key in s)
        or any(text(when.get("key")).startswith("request.") for _, when in numbered(rule.get("when")))
    )
