"""Istio's MeshConfig: what the ConfigMap or the user says, over Istio's defaults."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from meshctl.graph.fields import EMPTY, Fields, mapping, numbered, text
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.mesh import MeshGraph, index

_NAME = "istio"
_PROXY_DEFAULTS: Fields = {
    "binaryPath": "/usr/local/bin/envoy",
    "configPath": "./etc/istio/proxy",
    "controlPlaneAuthPolicy": "MUTUAL_TLS",
    "drainDuration": "45s",
    "proxyAdminPort": 15000,
    "serviceCluster": "istio-proxy",
    "statNameLength": 189,
    "statusPort": 15020,
    "terminationDrainDuration": "5s",
}
_PROVIDERS = (
    {"name": "prometheus", "prometheus": {}},
    {"name": "stackdriver", "stackdriver": {}},
    {"name": "envoy", "envoyFileAccessLog": {"path": "/dev/stdout"}},
)
_DEFAULTS: Fields = {
    "accessLogEncoding": "TEXT",
    "connectTimeout": "10s",
    "defaultDestinationRuleExportTo": ["*"],
    "defaultServiceExportTo": ["*"],
    "defaultVirtualServiceExportTo": ["*"],
    "dnsRefreshRate": "60s",
    "enableAutoMtls": True,
    "enablePrometheusMerge": True,
    "enableTracing": True,
    "ingressClass": "istio",
    "ingressControllerMode": "STRICT",
    "ingressService": "istio-ingressgateway",
    "localityLbSetting": {"enabled": True},
    "outboundTrafficPolicy": {"mode": "ALLOW_ANY"},
    "proxyInboundListenPort": 15006,
    "proxyListenPort": 15001,
    "trustDomain": "cluster.local",
}


class MeshConfig(Struct, frozen=True):
    """A MeshConfig. `fields` are complete with Istio's defaults, `stated` is only what somebody wrote.

    `source` is the ConfigMap it is from: None for the user's own file and where the input holds none.
    """

    fields: Fields
    stated: Fields
    source: ConfigMap | None = None

    @property
    def default_config(self) -> Fields:
        """The ProxyConfig of every proxy that says nothing else."""
        return mapping(self.fields.get("defaultConfig"))

    @property
    def root_namespace(self) -> str:
        """Where resources apply to the whole mesh."""
        return text(self.fields.get("rootNamespace"))

    @property
    def extension_providers(self) -> Mapping[str, Fields]:
        """Providers by name, Istio's own included."""
        return {text(p.get("name")): p for _, p in numbered(self.fields.get("extensionProviders"))}

    @property
    def known(self) -> bool:
        """Whether it was read from anywhere, so that what it does not state is a fact and no assumption."""
        return self.source is not None or bool(self.stated)


@index(ConfigMap)
def mesh_configs(mesh: MeshGraph) -> Mapping[str, MeshConfig]:
    """The MeshConfig of each revision that has a ConfigMap `istio` or `istio-REVISION`; "default" for the former."""
    found: dict[str, MeshConfig] = {}
    for source in mesh.all(ConfigMap):
        base, _, revision = source.name.partition("-")
        if base == _NAME and source.namespace == mesh.settings.istio_namespace and "mesh" in source.entries:
            stated = yaml_mapping(source.entries["mesh"]) or EMPTY
            found[revision or "default"] = MeshConfig(_complete(stated, source.namespace), stated, source)
    return found


@index(ConfigMap)
def mesh_config(mesh: MeshGraph) -> MeshConfig:
    """The MeshConfig of the mesh: the user's own, else that of the chosen revision, else Istio's defaults."""
    return mesh_config_of(mesh, mesh.settings.revision)


def mesh_config_of(mesh: MeshGraph, revision: str) -> MeshConfig:
    """The MeshConfig that proxies of a revision get; that of the only revision where this one is not known."""
    if (own := mesh.settings.mesh_config) is not None:
        return MeshConfig(_complete(own, mesh.settings.istio_namespace), own)
    known = mesh_configs(mesh)
    if found := known.get(revision or "default"):
        return found
    if len(known) == 1:
        return next(iter(known.values()))
    return MeshConfig(_complete(EMPTY, mesh.settings.istio_namespace), EMPTY)


def yaml_mapping(value: str) -> Fields | None:
    """The mapping that a text holds in YAML or JSON; None if it is not valid or holds something else."""
    from meshctl.sources.parsing import parse

    documents = parse(value.encode(errors="replace"))
    if not documents:
        return EMPTY
    if len(documents) > 1 or documents[0].error or not isinstance(documents[0].value, Mapping):
        return None
    found: Fields = documents[0].value
    return found


def _complete(stated: Fields, istio_namespace: str) -> Fields:
    """Every field overrides, but the proxy's settings are merged, and providers by their name."""
    discovery = {"discoveryAddress": f"istiod.{istio_namespace}.svc:15012"}
    proxy = _overridden({**_PROXY_DEFAULTS, **discovery}, mapping(stated.get("defaultConfig")))
    own = [provider for _, provider in numbered(stated.get("extensionProviders"))]
    names = {text(provider.get("name")) for provider in own}
    providers: list[Any] = [p for p in _PROVIDERS if p["name"] not in names] + own
    root = {"rootNamespace": istio_namespace}
    return {**_overridden({**_DEFAULTS, **root}, stated), "defaultConfig": proxy, "extensionProviders": providers}


def _overridden(base: Fields, over: Fields) -> Fields:
    return {**base, **{key: value for key, value in over.items() if value is not None}}
