"""Workloads that are asked into ambient mode and into having a sidecar at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from meshctl.graph.ambient import MODE, in_ambient_namespace, is_redirected
from meshctl.graph.ambientmesh.marked import marked_workloads
from meshctl.graph.injection import injection
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.proxied import injected_proxy, is_gateway
from meshctl.graph.webhooks import INJECT, INJECTION, REVISION
from meshctl.graph.workloads import top_owner
from meshctl.model.paths import Path

MODE_READS = (Workload, Namespace, ConfigMap, MutatingWebhookConfiguration)
"""The kinds that `mixed_modes` reads."""

Mix = Literal["sidecar despite label", "sidecar asked too late", "both asked", "sidecar in namespace"]

_WORST_FIRST: Sequence[Mix] = ("sidecar despite label", "sidecar asked too late", "both asked", "sidecar in namespace")


class MixedMode(NamedTuple):
    """A workload of both worlds, told at what manages it; `path` is that of the label, or of its name without one."""

    subject: Workload
    path: Path
    mix: Mix


@index(*MODE_READS)
def mixed_modes(mesh: MeshGraph) -> Mapping[Mix, Sequence[MixedMode]]:
    """The workloads of both worlds, each once, by what is wrong with them."""
    found: dict[Workload, list[Mix]] = defaultdict(list)
    for workload in marked_workloads(mesh):
        mix = _mix(mesh, workload)
        if mix is not None:
            found[top_owner(mesh, workload)].append(mix)
    mixes: dict[Mix, list[MixedMode]] = defaultdict(list)
    for subject, those in found.items():
        worst = min(those, key=_WORST_FIRST.index)
        mixes[worst].append(MixedMode(subject, _path(subject, worst), worst))
    return dict(mixes)


def _mix(mesh: MeshGraph, workload: Workload) -> Mix | None:
    mode = workload.pod_labels.get(MODE)
    redirected = is_redirected(workload)
    if not (redirected or mode == "ambient" or (mode is None and in_ambient_namespace(mesh, workload.namespace))):
        return None
    if is_gateway(workload) or workload.has_ended:
        return None
    if redirected or mode == "ambient":
        if injected_proxy(workload):
            return "sidecar despite label"
        if redirected:
            return "sidecar asked too late" if _asks_in_vain(mesh, workload) else None
        created = workload.is_created or not injection(mesh).decide(workload).injected
        return None if created else "both asked"
    return "sidecar in namespace" if injected_proxy(workload) or _gets_one(mesh, workload) else None


def _gets_one(mesh: MeshGraph, workload: Workload) -> bool:
    """Whether its pods will have a sidecar because they ask for it: injection everywhere does not count."""
    return not workload.is_created and _asks(workload) and injection(mesh).decide(workload).injected


def _asks_in_vain(mesh: MeshGraph, pod: Workload) -> bool:
    """Whether a pod asks for a sidecar itself: where its namespace does, the lack of it is told as that."""
    place = mesh.get(Namespace, "", pod.namespace)
    if place is not None and place.labels.get(INJECTION) == "enabled":
        return False
    return pod.pod_labels.get(INJECT) == "true" or (_asks(pod) and injection(mesh).decide(pod).injected)


def _asks(workload: Workload) -> bool:
    labels = workload.pod_labels
    return labels.get(INJECT) == "true" or (INJECT not in labels and bool(labels.get(REVISION)))


def _path(subject: Workload, mix: Mix) -> Path:
    keys = (INJECT, REVISION) if mix == "sidecar asked too late" else (MODE,)
    key = next((key for key in keys if key in subject.pod_labels), None)
    return subject.pod_field("metadata", "labels", key) if key else ("metadata", "name")
