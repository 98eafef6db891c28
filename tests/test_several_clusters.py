"""Services of two clusters are compared, on the reference engine's own test data where it is there."""

from dataclasses import replace
from pathlib import Path

import pytest

from meshctl.analysis.registry import load
from meshctl.analysis.runner import run
from meshctl.graph.mesh import MeshGraph
from meshctl.model.finding import Finding
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot

DATA = Path(__file__).parent.parent.parent / "shared/parity/testdata/multicluster"
CHECK = next(check for check in load() if check.code == "IST0170")


def findings(**clusters: Path) -> tuple[Finding, ...]:
    """What the check says of files, each of which is a cluster."""
    resources = [
        replace(resource, id=resource.id._replace(cluster=name))
        for name, file in clusters.items()
        for resource in read_files([str(file)]).resources
    ]
    return run(MeshGraph(Snapshot(tuple(resources))), [CHECK]).findings


@pytest.mark.skipif(not DATA.exists(), reason="the reference data is not beside the repository")
def test_the_reference_engines_own_case() -> None:
    found = findings(one=DATA / "inconsistent-service-1.yaml", two=DATA / "inconsistent-service-2.yaml")
    assert sorted(str(f.resource) for f in found) == [
        "Service my-namespace/extra-port",
        "Service my-namespace/inconsistent-port-name",
        "Service my-namespace/mixed-mode",
        "Service my-namespace/mixed-port-protocol",
        "Service my-namespace/mixed-type",
    ]


def test_a_service_that_differs_in_many_clusters_is_told_once(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec:\n  ports: [{{port: {}}}]\n"
    for number in (1, 2, 3):
        (tmp_path / f"{number}.yaml").write_text(text.format(80 if number == 1 else 8080 + number))
    (found,) = findings(a=tmp_path / "1.yaml", b=tmp_path / "2.yaml", c=tmp_path / "3.yaml")
    assert found.resource and found.resource.cluster == "b"
    assert [related.resource.cluster for related in found.related if related.resource] == ["a"]
