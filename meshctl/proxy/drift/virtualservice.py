"""VirtualServices: which virtual hosts have their routes, and what each of those routes is to be."""

from collections.abc import Iterator
from dataclasses import dataclass

from meshctl.graph.fields import EMPTY, Fields, integer, labels, mapping, numbered, text, texts
from meshctl.graph.kinds.networking import MESH, VirtualService, gateway_reference
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.selectors import matches
from meshctl.model.paths import Path
from meshctl.proxy.drift.routeaction import wants_of_action
from meshctl.proxy.drift.routematch import is_catch_all, text_match, wants_of_match
from meshctl.proxy.drift.routetarget import PortOf, wants_of_targets
from meshctl.proxy.drift.scope import admissions, admitted_service, scope
from meshctl.proxy.drift.viewer import Viewer
from meshctl.proxy.drift.wants import Aspect, Want, want

_NAME = Aspect("name", lambda route: route.get("name") or None, (("name",),))


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """One route as a VirtualService wants it: `path` is that of the match, or of the rule where it has none.

    `key` tells it from its neighbours: its name, or what it matches.
    """

    path: Path
    key: str
    wants: tuple[Want, ...]


def plan(viewer: Viewer, source: VirtualService, gateway: str, port: int, port_of: PortOf) -> tuple[PlannedRoute, ...]:
    """The routes of one virtual host at one port. `gateway` is `mesh` for sidecars, else `NAMESPACE/NAME`."""
    return tuple(_planned(viewer, source, gateway, port, port_of))


def _planned(
    viewer: Viewer, source: VirtualService, gateway: str, port: int, port_of: PortOf
) -> Iterator[PlannedRoute]:
    for i, rule in numbered(source.spec.get("http")):
        path: Path = ("spec", "http", i)
        found: list[tuple[Path, Fields]] = [((*path, "match", j), m) for j, m in numbered(rule.get("match"))]
        for where, match in found or [(path, EMPTY)]:
            if found and not _applies(viewer, source, match, gateway, port):
                continue
            name = _name(rule, match)
            wants = (
                want(source, (*where, "name") if match.get("name") else (*path, "name"), _NAME, name),
                *wants_of_match(source, where, match),
                *wants_of_targets(viewer, source, path, rule, port_of),
                *wants_of_action(source, path, rule, mesh_config(viewer.mesh)),
            )
            yield PlannedRoute(where, name or " ".join(text_match(match.get("uri")) or ("prefix", "/")), wants)
            if is_catch_all(match):
                return


def _name(rule: Fields, match: Fields) -> str | None:
    own, added = text(rule.get("name")), text(match.get("name"))
    return f"{own}.{added}" if added else own or None


def _applies(viewer: Viewer, source: VirtualService, match: Fields, gateway: str, port: int) -> bool:
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


def has_delegates(source: VirtualService) -> bool:
    """Whether its routes are somewhere else, so that they cannot be told from it alone."""
    return any(mapping(rule.get("delegate")) for _, rule in numbered(source.spec.get("http")))


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
