"""The workloads that Linkerd is asked about, and what annotations tell their proxies."""

from collections.abc import Sequence
from typing import NamedTuple

from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.injection import LinkerdDecision, linkerd_injection
from meshctl.graph.linkerd.presence import INJECT, MESHED
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.view import View
from meshctl.graph.workloads import owner
from meshctl.model.paths import Path


class Asked(NamedTuple):
    """A workload whose namespace or pods speak of Linkerd, with the decision about new pods of it."""

    workload: Workload
    decision: LinkerdDecision

    @property
    def meshed(self) -> bool:
        """Whether its pods have Linkerd's proxy, or get one."""
        return self.decision.injected or MESHED in self.workload.pod_labels


@index(Workload, Namespace, MutatingWebhookConfiguration, ConfigMap)
def asked_workloads(mesh: MeshGraph) -> Sequence[Asked]:
    """Pod templates that Linkerd may have to do with, and pods that no template of the input makes, sorted."""
    places = {n.name for n in mesh.all(Namespace) if INJECT in n.annotations}
    decide = linkerd_injection(mesh).decide
    found = (
        workload
        for workload in mesh.all(Workload)
        if (INJECT in workload.pod_annotations or MESHED in workload.pod_labels or workload.namespace in places)
        and owner(mesh, workload) is None
    )
    # Of several with one cause, checks name the first: that must not depend on who listed them.
    return tuple(Asked(workload, decide(workload)) for workload in sorted(found, key=lambda each: each.id))


@index(Workload, Namespace, MutatingWebhookConfiguration, ConfigMap)
def meshed_workloads(mesh: MeshGraph) -> Sequence[Asked]:
    """Those of them whose pods have Linkerd's proxy, or get one."""
    return tuple(asked for asked in asked_workloads(mesh) if asked.meshed)


class Told(NamedTuple):
    """An annotation that counts for a pod: its value, and where it stands."""

    value: str
    subject: View
    path: Path


def told(mesh: MeshGraph, workload: Workload, name: str) -> Told | None:
    """What the pods of a workload are told by an annotation: their own goes before that of the namespace."""
    own = workload.pod_annotations.get(name)
    if own is not None:
        return Told(own, workload, workload.pod_field("metadata", "annotations", name))
    place = mesh.get(Namespace, "", workload.namespace)
    inherited = place.annotations.get(name) if place else None
    return Told(inherited, place, ("metadata", "annotations", name)) if place and inherited is not None else None
