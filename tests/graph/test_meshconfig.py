"""MeshConfig: what is stated over Istio's defaults."""

from io import BytesIO

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.meshconfig import mesh_config, mesh_config_of, yaml_mapping
from meshctl.graph.settings import Settings
from meshctl.sources.files import read_files

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: istio%s, namespace: istio-system}
data:
  mesh: |
    trustDomain: %s
    defaultConfig: {drainDuration: 5s}
    extensionProviders:
    - {name: ours, opentelemetry: {service: otel, port: 4317}}
    - {name: envoy, envoyFileAccessLog: {path: /var/log/access}}
"""


def mesh_of(*documents: str, settings: Settings | None = None) -> MeshGraph:
    return MeshGraph(read_files(["-"], stdin=BytesIO("\n---\n".join(documents).encode())), settings)


NOTHING = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"


def test_defaults_where_nothing_is_said() -> None:
    config = mesh_config(mesh_of(NOTHING, settings=Settings(istio_namespace="mesh")))
    assert not config.known
    assert (config.root_namespace, config.fields["trustDomain"]) == ("mesh", "cluster.local")
    assert config.default_config["discoveryAddress"] == "istiod.mesh.svc:15012"


def test_fields_override_the_proxy_is_merged_and_providers_go_by_name() -> None:
    config = mesh_config(mesh_of(CONFIG % ("", "ours.example")))
    assert config.known and config.fields["trustDomain"] == "ours.example"
    assert (config.default_config["drainDuration"], config.default_config["statusPort"]) == ("5s", 15020)
    assert set(config.extension_providers) == {"prometheus", "stackdriver", "envoy", "ours"}
    assert config.extension_providers["envoy"]["envoyFileAccessLog"] == {"path": "/var/log/access"}


def test_each_revision_has_its_own() -> None:
    mesh = mesh_of(CONFIG % ("", "old"), CONFIG % ("-canary-2", "new"))
    assert mesh_config(mesh).fields["trustDomain"] == "old"
    assert mesh_config_of(mesh, "canary-2").fields["trustDomain"] == "new"
    assert not mesh_config_of(mesh, "unknown").known
    assert mesh_config_of(mesh_of(CONFIG % ("-v2", "only")), "tag").fields["trustDomain"] == "only"


def test_the_users_own_wins() -> None:
    mesh = mesh_of(CONFIG % ("", "theirs"), settings=Settings(mesh_config={"rootNamespace": "root"}))
    config = mesh_config(mesh)
    assert (config.root_namespace, config.fields["trustDomain"]) == ("root", "cluster.local")


def test_broken_texts_are_nothing() -> None:
    assert yaml_mapping("a: [") is None
    assert yaml_mapping("- a") is None
    assert yaml_mapping("[" * 100_000) is None
    assert yaml_mapping("") == {}
    assert yaml_mapping('{"a": true}') == {"a": True}
    broken = (CONFIG % ("", "x")).replace("    trustDomain: x", "    trustDomain: [")
    assert mesh_config(mesh_of(broken)).fields["trustDomain"] == "cluster.local"
