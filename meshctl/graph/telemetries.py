"""Which Telemetries stand in for each other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from meshctl.graph.deployedgateways import GATEWAY_NAME, gateway_pods, is_waypoint
from meshctl.graph.fields import numbered, text
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.kinds.gateway_api import KubernetesGateway
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.policy import Telemetry
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.meshconfig import mesh_config
from meshctl.graph.rivals import Rivals
from meshctl.graph.selectingnothing import selecting_nothing
from meshctl.graph.workloads import present
from meshctl.model.ids import ResourceId

Pairs = frozenset[tuple[str, str]]
Place = tuple[str, str, Pairs, frozenset[str]]
"""Cluster, namespace, selector, and names of the Gateways that it targets."""


@index(Telemetry)
def telemetries_by_place(mesh: MeshGraph) -> dict[Place, tuple[Telemetry, ...]]:
    """Whom they are for -> Telemetries in order of their names.

    With neither selector nor Gateway that is the whole namespace; those that target something else are left out.
    """
    found: dict[Place, list[Telemetry]] = defaultdict(list)
    for telemetry in sorted(mesh.all(Telemetry), key=lambda t: t.id):
        gateways = frozenset(text(t.get("name")) for t in telemetry.targets if t.get("kind") == "Gateway")
        selector: Pairs = frozenset() if telemetry.targets else frozenset(telemetry.selector.items())
        if gateways or not telemetry.targets:
            found[telemetry.cluster, telemetry.namespace, selector, gateways].append(telemetry)
    return {place: tuple(telemetries) for place, telemetries in found.items()}


@index(Telemetry)
def telemetries_without_selector(mesh: MeshGraph) -> tuple[tuple[Telemetry, ...], ...]:
    """Those of one namespace that have no selector, whatever they are attached to, in order of their names."""
    found: dict[tuple[str, str], list[Telemetry]] = defaultdict(list)
    for telemetry in sorted(mesh.all(Telemetry), key=lambda t: t.id):
        if telemetry.spec.get("selector") is None:
            found[telemetry.cluster, telemetry.namespace].append(telemetry)
    return tuple(map(tuple, found.values()))


@index(Telemetry, Workload)
def telemetry_rivals(mesh: MeshGraph) -> Rivals[Place, Workload]:
    """Places by the workloads that they share, without those of whole namespaces."""
    places = telemetries_by_place(mesh)
    return Rivals({place: tuple(_selected(mesh, place)) for place in places if place[2] or place[3]})


def _selected(mesh: MeshGraph, place: Place) -> Iterable[Workload]:
    cluster, namespace, selector, gateways = place
    if selector:
        # Waypoints do not look at selectors.
        found = [w for w in present(mesh, dict(selector), namespace) if not is_waypoint(w)]
    else:
        found = [w for name in gateways for w in gateway_pods(mesh).selected_by({GATEWAY_NAME: name}, namespace)]
    return (w for w in found if w.cluster == cluster)


@index(Telemetry, Workload, Machine, KubernetesGateway)
def telemetries_without_workload(mesh: MeshGraph) -> tuple[tuple[Telemetry, Missing], ...]:
    """Telemetries whose selector selects nothing in their namespace, each with what it lacks.

    A Gateway of the Gateway API stands for the pods that Istio makes for it.
    """
    return tuple(selecting_nothing(mesh, (t for t in mesh.all(Telemetry) if not t.targets)))


@index(Telemetry, ConfigMap)
def logging_parents(mesh: MeshGraph) -> Mapping[ResourceId, Telemetry]:
    """Telemetries that take over providers of access logs, with the one for a whole namespace or mesh that has them."""
    root = mesh_config(mesh).root_namespace
    wide = {t.namespace: t for t in mesh.all(Telemetry) if _is_wide(t) and _names_log_provider(t)}
    found: dict[ResourceId, Telemetry] = {}
    for telemetry in mesh.all(Telemetry):
        own = None if _is_wide(telemetry) else wide.get(telemetry.namespace)
        above = wide.get(root) if telemetry.namespace != root else None
        if parent := own or above:
            found[telemetry.id] = parent
    return found


def _is_wide(telemetry: Telemetry) -> bool:
    return not telemetry.selector and not telemetry.targets


def _names_log_provider(telemetry: Telemetry) -> bool:
    return any(entry.get("providers") for _, entry in numbered(telemetry.spec.get("accessLogging")))
