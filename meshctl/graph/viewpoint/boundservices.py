"""The VirtualServices that are for the proxies of one workload, and the matches of theirs that are."""

from collections.abc import Iterator

from meshctl.graph.fields import Fields, integer, labels, texts
from meshctl.graph.kinds.networking import MESH, VirtualService, gateway_reference
from meshctl.graph.selectors import matches
from meshctl.graph.viewpoint.delegates import rules
from meshctl.graph.viewpoint.scope import admissions, admitted_service, scope
from meshctl.graph.viewpoint.viewer import Viewer


def match_applies(viewer: Viewer, source: VirtualService, match: Fields, gateway: str, port: int) -> bool:
    """Whether a match is for these proxies at this port. `gateway` is `mesh` for sidecars, else `NAMESPACE/NAME`."""
    named = texts(match.get("gateways"))
    if named and gateway not in {_gateway(name, source.namespace) for name in named}:
        return False
    if integer(match.get("port")) not in (None, 0, port):
        return False
    if gateway != MESH:
        return True
    wanted = labels(match.get("sourceLabels"))
    return matches(wanted, viewer.labels) and match.get("sourceNamespace") in (None, "", viewer.namespace)


def _gateway(name: str, namespace: str) -> str:
    return MESH if name == MESH else "/".join(gateway_reference(name, namespace))


def is_untold(viewer: Viewer, source: VirtualService) -> bool:
    """Whether some of its routes are in delegates that the input does not have."""
    return rules(viewer.mesh, source) is None


def mesh_services(viewer: Viewer) -> tuple[VirtualService, ...]:
    """The VirtualServices that are for these sidecars, the older first."""
    if "services" not in viewer.cache:
        viewer.cache["services"] = tuple(_mesh_services(viewer))
    found: tuple[VirtualService, ...] = viewer.cache["services"]
    return found


def _mesh_services(viewer: Viewer) -> Iterator[VirtualService]:
    sidecar = scope(viewer).sidecar
    entries = tuple(admissions(sidecar)) if sidecar and sidecar.spec.get("egress") else None
    for source in sorted(viewer.mesh.all(VirtualService), key=_age):
        if not source.applies_to_mesh or not viewer.may_see(source.export_to) or not source.hosts:
            continue
        if entries is None or admitted_service(viewer, entries, source):
            yield source


def gateway_services(viewer: Viewer, gateway: tuple[str, str]) -> Iterator[VirtualService]:
    """The VirtualServices bound to a Gateway, given by namespace and name, the older first."""
    for source in sorted(viewer.mesh.all(VirtualService), key=_age):
        if gateway in source.gateway_references and viewer.may_see(source.export_to):
            yield source


def _age(source: VirtualService) -> tuple[str, str, str]:
    return str(source.metadata.get("creationTimestamp", "")), source.name, source.namespace
