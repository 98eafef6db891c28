"""What a run would go by: every setting with its value and where that comes from."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from meshctl.config.load import Configuration
from meshctl.graph.settings import Suppression

if TYPE_CHECKING:
    from meshctl.model.fleet import Listed

DEFAULT = "default"


class Shown(Struct, frozen=True):
    """A setting by its path in the file, its value as plain data, and its origin: a flag, a variable, a place."""

    setting: str
    value: Any
    origin: str


def settings_shown(configuration: Configuration, given: Mapping[str, tuple[Any, str]]) -> Iterator[Shown]:
    """The settings in the order of their names. `given` are the values of flags with their origins, by setting."""
    said = dict(_said(configuration))
    for setting, value in sorted(said.items()):
        place = configuration.places.get(setting)
        origin = f"{place.file}:{place.start_line}" if place else DEFAULT
        if setting == "suppress" and setting in given:
            flags, flag = given[setting]
            yield Shown(setting, [*flags, *value], flag if origin == DEFAULT else f"{flag}, {origin}")
        elif setting == "analyzers.ignore" and setting in given:
            ignored, flag = given[setting]
            yield Shown(setting, [*ignored, *value], flag if origin == DEFAULT else f"{flag}, {origin}")
        elif setting in given:
            yield Shown(setting, *given[setting])
        else:
            yield Shown(setting, value, origin)


def _said(c: Configuration) -> Iterator[tuple[str, Any]]:
    yield "allowInline", c.allow_inline
    yield "analyzers.ignore", list(c.ignore)
    yield "analyzers.select", list(c.select) or ["ALL"]
    yield "assumePresent", [{"kind": a.kind, "name": a.name, "namespace": a.namespace} for a in c.assume_present]
    yield "baseline", c.baseline
    yield "contexts", list(c.contexts)
    yield "exclude", list(c.exclude)
    yield "failOn", c.fail_on
    yield "fleet.clusters", [_listed(each) for each in c.fleet]
    yield "fleet.equalBy", list(c.equal_by) or ["env"]
    yield "mesh.clusterDomain", c.cluster_domain or "cluster.local"
    yield "mesh.istioNamespace", c.istio_namespace or "istio-system"
    yield "mesh.meshConfig", c.mesh_config
    yield "mesh.meshNetworks", c.mesh_networks
    yield "mesh.revision", c.revision
    yield "output", list(c.output) or ["human"]
    yield "paths", list(c.paths)
    yield "requireReason", c.require_reason
    yield "severity", {token: severity.value for token, severity in c.severity.items()}
    yield "suppress", [_suppression(s) for s in c.suppress]


def _listed(each: "Listed") -> dict[str, Any]:
    fields = {"context": each.context, "kubeconfig": each.kubeconfig, "path": each.path, "name": each.name}
    return {key: value for key, value in {**fields, "labels": dict(each.labels)}.items() if value}


def _suppression(suppression: Suppression) -> dict[str, str]:
    until = suppression.until.isoformat() if suppression.until else ""
    fields = {"code": suppression.check, "resource": suppression.resource, "path": suppression.path}
    fields |= {"reason": suppression.reason, "until": until}
    return {key: value for key, value in fields.items() if value and (key, value) != ("path", "*")}
