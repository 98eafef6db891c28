"""Indexes over workloads: by label, and pods by what manages them."""

from collections import defaultdict
from collections.abc import Mapping

from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.machine import Machine
from meshctl.graph.kinds.workload import Pod, Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.selectors import Selectable, Selecting


@index(Workload)
def workloads(mesh: MeshGraph) -> Selectable[Workload]:
    """Pods and pod templates by the labels of the pod; the place is the namespace."""
    return Selectable(mesh.all(Workload), lambda w: w.namespace, lambda w: w.pod_labels)


@index(Pod)
def pods(mesh: MeshGraph) -> Selectable[Pod]:
    """Pods alone, by label; the place is the namespace."""
    return Selectable(mesh.all(Pod), lambda p: p.namespace, lambda p: p.pod_labels)


def present(mesh: MeshGraph, selector: Mapping[str, str], place: str = "") -> tuple[Workload, ...]:
    """The workloads with these labels; where all pods were read, those alone: a template without pods runs nothing."""
    selected = workloads(mesh).selected_by(selector, place)
    return tuple(w for w in selected if w.is_pod) if pods_were_read(mesh, place) else selected


def pods_were_read(mesh: MeshGraph, place: str = "") -> bool:
    """Whether all pods of a namespace were read, or of all; without any at all they were only left out."""
    return bool(mesh.all(Pod)) and mesh.coverage.has_read(Pod.KINDS, place)


@index(Machine)
def machines(mesh: MeshGraph) -> Selectable[Machine]:
    """Virtual machines by label; the place is the namespace."""
    return Selectable(mesh.all(Machine), lambda m: m.namespace, lambda m: m.carried_labels)


@index(Service)
def services_by_selector(mesh: MeshGraph) -> Selecting[Service]:
    """Services by the pods they select; the place is the namespace."""
    return Selecting(mesh.all(Service), lambda s: s.namespace, lambda s: s.selector)


@index(Service)
def services_without_selector(mesh: MeshGraph) -> dict[str, list[Service]]:
    """Services that select no pods, by namespace."""
    found: dict[str, list[Service]] = defaultdict(list)
    for service in mesh.all(Service):
        if not service.selector:
            found[service.namespace].append(service)
    return dict(found)


@index(Workload)
def owners(mesh: MeshGraph) -> dict[tuple[str, str, str, str], Workload]:
    """Workloads by (cluster, namespace, kind, name), to follow ownerReferences, which do not leave their cluster."""
    return {(w.cluster, w.namespace, w.id.kind, w.name): w for w in mesh.all(Workload)}


def owner(mesh: MeshGraph, workload: Workload) -> Workload | None:
    """The workload in the input that manages this one, directly: a Pod's ReplicaSet, a ReplicaSet's Deployment.

    Where the ReplicaSet in between is not in the input, the Deployment is found by the name without the pod template
    hash, if its selector fits.
    """
    kind, name = workload.controller
    if not kind:
        return None
    place = (workload.cluster, workload.namespace)
    found = owners(mesh).get((*place, kind, name))
    if found is None and kind == "ReplicaSet":
        base, _, tail = name.rpartition("-")
        if tail and tail == workload.pod_labels.get("pod-template-hash"):
            for kind in ("Deployment", "Rollout"):
                found = found or owners(mesh).get((*place, kind, base))
    return found


def top_owner(mesh: MeshGraph, workload: Workload) -> Workload:
    """The outermost workload in the input that manages this one; itself if there is none."""
    seen = {workload.id}
    while (above := owner(mesh, workload)) is not None and above.id not in seen:
        seen.add(above.id)
        workload = above
    return workload
