"""What the sidecar injectors of the input were installed with."""

from collections.abc import Mapping
from dataclasses import dataclass

from meshctl.graph.fields import EMPTY, Fields, mapping, text
from meshctl.graph.kinds.core import ConfigMap, Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index

_NAME = "istio-sidecar-injector"


@dataclass(frozen=True, slots=True)
class Injector:
    """The injector of one revision, by its ConfigMap."""

    source: ConfigMap
    values: Fields

    @property
    def proxy(self) -> Fields:
        """`global.proxy` of its values."""
        return mapping(mapping(self.values.get("global")).get("proxy"))

    @property
    def cni(self) -> bool:
        """Whether a CNI plugin sets up the redirection, so that no pod needs NET_ADMIN for it."""
        pilot = mapping(self.values.get("pilot"))
        # Up to Istio 1.23 the switch was istio_cni.enabled.
        return any(mapping(part).get("enabled") is True for part in (pilot.get("cni"), self.values.get("istio_cni")))

    @property
    def native(self) -> bool | None:
        """Whether sidecars are native; None where the version of Istio and Kubernetes decides."""
        value = mapping(mapping(self.values.get("pilot")).get("env")).get("ENABLE_NATIVE_SIDECARS")
        return {"true": True, "false": False}.get(str(value).lower())


@index(ConfigMap)
def injectors(mesh: MeshGraph) -> Mapping[str, Injector]:
    """Injectors by revision, "default" for the one without."""
    found: dict[str, Injector] = {}
    for source in mesh.all(ConfigMap):
        revision = injector_revision(source)
        if revision and "values" in source.entries:
            found[revision] = Injector(source, source.json_entry("values"))
    return found


def injector_revision(source: ConfigMap) -> str:
    """The revision whose injector a ConfigMap configures; empty for any other ConfigMap."""
    if source.name != _NAME and not source.name.startswith(f"{_NAME}-"):
        return ""
    return source.labels.get("istio.io/rev") or source.name[len(_NAME) + 1 :] or "default"


@index(Namespace)
def _namespace_labels(mesh: MeshGraph) -> Mapping[str, Fields]:
    return {namespace.name: namespace.labels for namespace in mesh.all(Namespace)}


def revision(mesh: MeshGraph, workload: Workload) -> str:
    """The revision whose injector a workload asks for; "default" where it names none."""
    place = _namespace_labels(mesh).get(workload.namespace, EMPTY)
    if "istio-injection" in place:
        return mesh.settings.revision or "default"
    chosen = text(place.get("istio.io/rev")) or workload.pod_labels.get("istio.io/rev")
    return chosen or mesh.settings.revision or "default"


def injector(mesh: MeshGraph, workload: Workload) -> Injector | None:
    """The injector of a workload's revision, or the only one there is: the revision may be a tag for it."""
    known = injectors(mesh)
    if found := known.get(revision(mesh, workload)):
        return found
    return next(iter(known.values())) if len(known) == 1 else None
