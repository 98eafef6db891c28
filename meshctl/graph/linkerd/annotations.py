"""The annotations about Linkerd's proxy that namespaces, Services and workloads carry."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.annotationvalues import INSTEAD, JUDGES
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.nearest import Names
from meshctl.graph.view import View
from meshctl.graph.workloads import owner
from meshctl.model.paths import Path

_DOMAINS = ("config.linkerd.io/", "config.alpha.linkerd.io/", "config.beta.linkerd.io/")
_JUDGED = (*_DOMAINS, "viz.linkerd.io/")


class ConfigAnnotation(NamedTuple):
    """An annotation for the proxy, with its place. `known` if Linkerd reads it, or did so in an older version."""

    subject: View
    path: Path
    name: str
    value: str
    known: bool


def is_config(name: str) -> bool:
    """Whether a name is of those by which the proxy is set up."""
    return name.startswith(_DOMAINS)


@index(Namespace, Service, Workload)
def config_annotations(mesh: MeshGraph) -> Sequence[ConfigAnnotation]:
    """Those of namespaces, Services and pods; what a pod has from a template of the input counts once, there."""
    return tuple(_found(mesh))


def nearest_config(name: str) -> str | None:
    """The annotation that was probably meant; None where none is near."""
    return _NAMES.nearest(name)


_NAMES = Names(JUDGES)


def _found(mesh: MeshGraph) -> Iterator[ConfigAnnotation]:
    for view in (*mesh.all(Namespace), *mesh.all(Service)):
        for name, value in view.annotations.items():
            if name.startswith(_JUDGED):
                yield _annotation(view, ("metadata", "annotations", name), name, value)
    for workload in mesh.all(Workload):
        named = [name for name in workload.pod_annotations if name.startswith(_JUDGED)]
        if named and owner(mesh, workload) is None:
            for name in named:
                path = workload.pod_field("metadata", "annotations", name)
                yield _annotation(workload, path, name, workload.pod_annotations[name])


def _annotation(subject: View, path: Path, name: str, value: str) -> ConfigAnnotation:
    return ConfigAnnotation(subject, path, name, value, name in JUDGES or name in INSTEAD or not is_config(name))
