"""Which Sidecars stand in for each other."""

from collections import defaultdict

from meshctl.graph.ambient import in_ambient
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.networking import Sidecar
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, Missing, index
from meshctl.graph.rivals import Rivals
from meshctl.graph.selectors import selector_text
from meshctl.graph.workloads import machines, present, workloads

Place = tuple[str, str, frozenset[tuple[str, str]]]


@index(Sidecar)
def sidecars_by_place(mesh: MeshGraph) -> dict[Place, tuple[Sidecar, ...]]:
    """(cluster, namespace, selector) -> Sidecars in order of their names; an empty selector is the whole namespace."""
    found: dict[Place, list[Sidecar]] = defaultdict(list)
    for sidecar in sorted(mesh.all(Sidecar), key=lambda s: s.id):
        found[sidecar.cluster, sidecar.namespace, frozenset(sidecar.selector.items())].append(sidecar)
    return {place: tuple(sidecars) for place, sidecars in found.items()}


@index(Sidecar, Workload, Machine)
def sidecars_without_workload(mesh: MeshGraph) -> tuple[tuple[Sidecar, Missing], ...]:
    """Sidecars whose selector selects nothing in their namespace, each with what it lacks."""
    kinds = (*Workload.KINDS, *Machine.KINDS)
    return tuple(
        (s, Missing("workload", selector_text(s.selector), kinds, s.namespace))
        for s in mesh.all(Sidecar)
        if s.selector and not any(those(mesh).selected_by(s.selector, s.namespace) for those in (workloads, machines))
    )


@index(Sidecar, Workload, Namespace)
def sidecar_rivals(mesh: MeshGraph) -> Rivals[Place, Workload]:
    """Selectors of Sidecars by the workloads that they share; workloads in ambient mode, which use none, left out."""
    return Rivals(
        {
            (cluster, namespace, selector): [
                w for w in present(mesh, dict(selector), namespace) if w.cluster == cluster and not in_ambient(mesh, w)
            ]
            for cluster, namespace, selector in sidecars_by_place(mesh)
            if selector
        }
    )
