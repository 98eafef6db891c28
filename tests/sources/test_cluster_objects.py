"""What is kept of the objects of a live cluster: nothing private, and of pods what a mesh looks at."""

from dataclasses import replace
from pathlib import Path

import msgspec
from msgspec import structs

from meshctl.model.ids import KindKey
from meshctl.model.resource import Resource
from meshctl.sources.cluster.pods import PodParser
from meshctl.sources.files import read_files
from tests.sources.clusters import (
    POD,
    SECRET,
    Start,
    read,
    thing,
)

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*-*/*"))

SECRETS = [
    thing("Secret", "cert", type="kubernetes.io/tls", data={"tls.crt": "Y2VydA==", "tls.key": "c2VjcmV0"}),
    thing("Secret", "release", type="helm.sh/release.v1", data={"release": "aGVsbQ=="}),
]


def test_secrets_are_names_only_unless_their_certificates_are_looked_at(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SECRETS)
    (found,) = read(tmp_path, server, kinds={SECRET}).resources
    assert found.id.name == "cert" and "data" not in found.data
    assert {r.accept for r in server.requests if r.resource == "secrets"} == {
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    }


def test_of_secrets_nothing_private_is_kept(tmp_path: Path, api_server: Start) -> None:
    (found,) = read(tmp_path, api_server(SECRETS), kinds={SECRET}, secret_contents=True).resources
    assert found.data["data"].keys() >= {"tls.crt", "tls.key"}
    assert "c2VjcmV0" not in str(found.data) and "secret" not in str(found.data["data"])


def test_of_pods_what_a_mesh_looks_at_is_kept(tmp_path: Path, api_server: Start) -> None:
    spec = {
        "containers": [
            {"name": "app", "image": "web:1", "env": [{"name": "A", "value": "b"}], "volumeMounts": [{"name": "data"}]}
        ],
        "volumes": [{"name": "data"}],
        "hostNetwork": True,
    }
    (found,) = read(tmp_path, api_server([thing("Pod", "web", spec=spec)]), kinds={POD}).resources
    assert found.data["spec"] == {
        "containers": [{"name": "app", "image": "web:1", "env": [{"name": "A", "value": "b"}]}],
        "hostNetwork": True,
    }


def test_odd_pods_are_read_whole(tmp_path: Path, api_server: Start) -> None:
    (found,) = read(tmp_path, api_server([thing("Pod", "web", spec={"containers": "none"})]), kinds={POD}).resources
    assert found.data["spec"] == {"containers": "none"}


def test_checks_find_in_live_pods_what_they_find_in_files() -> None:
    """Of live pods only some fields are read: no check may need another one."""
    from meshctl.analysis.analyze import analyze
    from meshctl.analysis.registry import choose, load
    from meshctl.graph.mesh import MeshGraph

    checks = choose(load(), [], [])
    parser = PodParser()
    for case in FIXTURES:
        snapshot = read_files([str(case)], whole=True)
        parsed = [_as_live(resource, parser) for resource in snapshot.resources]
        if any(resource.id.kind == "Pod" for resource in snapshot.resources):
            files, live = (
                analyze(MeshGraph(structs.replace(snapshot, resources=tuple(resources))), checks).result.findings
                for resources in (snapshot.resources, parsed)
            )
            assert [f.fingerprint for f in live] == [f.fingerprint for f in files], case


def _as_live(resource: Resource, parser: PodParser) -> Resource:
    if resource.id.kind != "Pod":
        return resource
    (item,) = parser.decode(msgspec.json.encode({"items": [resource.data]})).items or ()
    return replace(resource, data={**item, "apiVersion": "v1", "kind": "Pod"})


def test_definitions_of_meshes_are_kept_whichever_kinds_are_read_with_them(tmp_path: Path, api_server: Start) -> None:
    groups = ("rbac.istio.io", "gateway.networking.k8s.io", "example.com")
    definitions = [
        thing(
            "CustomResourceDefinition",
            f"things.{group}",
            "",
            "apiextensions.k8s.io/v1",
            spec={
                "group": group,
                "names": {"kind": "Thing", "plural": "things"},
                "scope": "Namespaced",
                "versions": [{"name": "v1", "served": True, "storage": True}],
            },
        )
        for group in groups
    ]
    kind = KindKey("apiextensions.k8s.io", "CustomResourceDefinition")
    found = read(tmp_path, api_server(definitions), kinds={kind}).resources
    assert [resource.id.name for resource in found] == ["things.gateway.networking.k8s.io", "things.rbac.istio.io"]
