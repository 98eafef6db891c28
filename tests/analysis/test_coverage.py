"""What of each cluster was read decides which checks run and what may be called missing there."""

from pathlib import Path

from meshctl.analysis.analyzer import ABSENT, Claim
from meshctl.analysis.runner import Outcome, run
from meshctl.graph.clusters import meshes
from meshctl.graph.kinds.core import Service
from meshctl.graph.kinds.networking import Gateway
from meshctl.graph.mesh import MeshGraph, Missing
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.resource import Resource
from meshctl.model.result import Skipped
from meshctl.model.severity import Severity
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Coverage, Snapshot
from tests.analysis.given import about_each_service, service

SERVICE, NAMESPACE, GATEWAY = KindKey("", "Service"), KindKey("", "Namespace"), Gateway.KINDS[0]
SECRET = KindKey("", "Secret")
EVERYTHING = Coverage(whole=frozenset({SERVICE, NAMESPACE, GATEWAY, SECRET}), inferred=False)


def lacks_gateway(view: View) -> Claim:
    missing = Missing("gateway", f"{view.namespace}/main", Gateway.KINDS, view.namespace)
    return Claim(view, (), f"Gateway {view.namespace}/main {ABSENT}.", absent=missing)


LACKS = about_each_service(lacks_gateway, absent=(Gateway,))
REMOTE_SECRET = """apiVersion: v1
kind: Secret
metadata: {name: istio-remote-secret-b, namespace: istio-system, labels: {istio/multiCluster: "true"}}
---
"""


def read(folder: Path, text: str, cluster: str) -> list[Resource]:
    path = folder / "given.yaml"
    path.write_text(text)
    found = read_files([str(path)]).resources
    return [Resource(r.id._replace(cluster=cluster), r.version, r.data) for r in found]


def outcome(clusters: dict[str, tuple[list[Resource], Coverage]]) -> Outcome:
    resources = tuple(r for own, _ in clusters.values() for r in own)
    coverage = {name: covered for name, (_, covered) in clusters.items()}
    return run(MeshGraph(Snapshot(resources, coverage=coverage)), [LACKS])


def said(of: Outcome) -> list[tuple[str, Severity, str]]:
    return [(f.resource.cluster if f.resource else "", f.severity, f.message) for f in of.findings]


def test_what_a_cluster_was_not_asked_for_is_not_missing(tmp_path: Path) -> None:
    text = service() + "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
    covered = Coverage(whole=frozenset({SERVICE, NAMESPACE}), inferred=False)
    (found,) = said(outcome({"": (read(tmp_path, text, ""), covered)}))
    assert found == ("", Severity.INFO, "Gateway shop/main is not in what was read, unless it exists elsewhere.")


def test_what_was_read_whole_of_one_namespace_is_proof_there_alone(tmp_path: Path) -> None:
    resources = read(tmp_path, service() + service(namespace="other"), "")
    covered = Coverage(within={"shop": frozenset({SERVICE, GATEWAY})}, inferred=False)
    assert [(severity, text.split()[1]) for _, severity, text in said(outcome({"": (resources, covered)}))] == [
        (Severity.ERROR, "shop/main"),
        (Severity.INFO, "other/main"),
    ]


def test_a_check_of_an_unread_kind_is_skipped_where_it_is_unread(tmp_path: Path) -> None:
    forbidden = Coverage(whole=frozenset({SERVICE}), unread={GATEWAY: "forbidden"}, inferred=False)
    east, west = read(tmp_path, service(), "east"), read(tmp_path, service(), "west")
    of = outcome({"east": (east, forbidden), "west": (west, EVERYTHING)})
    assert said(of) == [("west", Severity.ERROR, "Gateway shop/main does not exist.")]
    assert of.skipped == (Skipped("TST100 service-odd", "Gateway was not read in east"),)


def test_what_is_in_another_cluster_is_not_here(tmp_path: Path) -> None:
    gateway = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: main, namespace: shop}\n---\n"
    resources = read(tmp_path, service(), "a") + read(tmp_path, service() + gateway, "b")
    mesh = MeshGraph(Snapshot(tuple(resources), coverage={"a": EVERYTHING, "b": EVERYTHING}))
    assert [[g.name for g in part.all(Gateway)] for part in meshes(mesh)] == [[], ["main"]]


def test_a_cluster_that_reads_another_sees_its_services_and_reports_its_own(tmp_path: Path) -> None:
    resources = read(tmp_path, service("front") + REMOTE_SECRET, "a") + read(tmp_path, service("back"), "b")
    mesh = MeshGraph(Snapshot(tuple(resources), coverage={"a": EVERYTHING, "b": EVERYTHING}))
    first, second = meshes(mesh)
    assert [s.name for s in first.all(Service)] == ["front", "back"]
    assert [s.name for s in second.all(Service)] == ["back"]
    assert [(f.resource.cluster, f.resource.name) for f in run(mesh, [LACKS]).findings if f.resource] == [
        ("a", "front"),
        ("b", "back"),
    ]


def test_services_are_not_missing_where_a_cluster_of_the_mesh_was_not_read(tmp_path: Path) -> None:
    resources = read(tmp_path, service("front") + REMOTE_SECRET, "a")
    dead = Coverage(inferred=False)
    (first, _) = meshes(MeshGraph(Snapshot(tuple(resources), coverage={"a": EVERYTHING, "b": dead})))
    assert not first.absence_is_proven(Missing("service", "shop/back", Service.KINDS, "shop"))
    assert first.absence_is_proven(Missing("gateway", "shop/main", Gateway.KINDS, "shop"))
