"""What the sidecar injectors of the input were installed with."""

from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.fields import Fields, mapping
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.mesh import MeshGraph, index

_NAME = "istio-sidecar-injector"


class Injector(Struct, frozen=True):
    """The injector of one revision, by its ConfigMap."""

    source: ConfigMap
    values: Fields

    @property
    def proxy(self) -> Fields:
        """`global.proxy` of its values."""
        return mapping(mapping(self.values.get("global")).get("proxy"))

    @property
    def for_every_namespace(self) -> bool:
        """Whether it was installed to inject namespaces without labels as well."""
        return mapping(self.values.get("sidecarInjectorWebhook")).get("enableNamespacesByDefault") is True

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
