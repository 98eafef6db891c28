"""The owner of a resource, and the user, may choose not to hear of something."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from meshctl.analysis.analyzer import Claim, analyzer
from meshctl.analysis.runner import run
from meshctl.analysis.suppress import SuppressionError, parse_suppression
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.severity import Severity
from tests.analysis.given import about_each_service, given, service

ODD = about_each_service(lambda view: Claim(view, (), "x"))


@pytest.mark.parametrize(
    ("annotations", "suppressed"),
    [
        ('{ignore.meshctl.dev/TST100: "known, see ticket 7"}', 1),
        ('{ignore.meshctl.dev/service-odd: ""}', 1),
        ('{ignore.meshctl.dev/all: "generated"}', 1),
        ('{galley.istio.io/analyze-suppress: "IST0101,TST100"}', 1),
        ('{galley.istio.io/analyze-suppress: "IST0101, TST100"}', 1),
        ('{galley.istio.io/analyze-suppress: "*"}', 1),
        ('{ignore.meshctl.dev/TST101: "another"}', 0),
        ('{ignore.meshctl.dev/TST1: "a prefix is too much"}', 0),
        ('{galley.istio.io/analyze-suppress: "TST1001"}', 0),
        ("{}", 0),
    ],
)
def test_annotations_of_the_resource(tmp_path: Path, annotations: str, suppressed: int) -> None:
    outcome = run(given(tmp_path, service(annotations=annotations)), [ODD])
    assert len(outcome.suppressed) == suppressed
    assert len(outcome.findings) == 1 - suppressed


def test_it_acts_on_one_resource_alone(tmp_path: Path) -> None:
    text = service("a", annotations='{ignore.meshctl.dev/TST100: "x"}') + service("b")
    (finding,) = run(given(tmp_path, text), [ODD]).findings
    assert finding.resource and finding.resource.name == "b"


def test_the_pod_template_speaks_for_its_workload(tmp_path: Path) -> None:
    @analyzer("TST101", "workload-odd", Severity.ERROR, reads=(Workload,))
    def check(mesh: MeshGraph) -> Iterator[Claim]:
        for workload in mesh.all(Workload):
            yield Claim(workload, (), "x")

    mesh = given(
        tmp_path,
        """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata:
      annotations: {ignore.meshctl.dev/workload-odd: "runs no HTTP"}
""",
    )
    outcome = run(mesh, [check])
    assert [s.by for s in outcome.suppressed] == ["annotation"] and outcome.findings == ()


@pytest.mark.parametrize(
    ("flag", "left"),
    [
        ("TST100=Service shop/web", ["api"]),
        ("service-odd=Service shop/*", []),
        ("TST=*", []),
        ("TST100=* */api", ["web"]),
        ("TST100=Service web", ["api", "web"]),
        ("TST100=service shop/web", ["api", "web"]),
        ("TST101=*", ["api", "web"]),
    ],
)
def test_the_user_names_what_not_to_hear_of(tmp_path: Path, flag: str, left: list[str]) -> None:
    settings = Settings(suppress=(parse_suppression(flag),))
    outcome = run(given(tmp_path, service("web") + service("api"), settings=settings), [ODD])
    assert sorted(f.resource.name for f in outcome.findings if f.resource) == left
    assert len(outcome.suppressed) == 2 - len(left)


@pytest.mark.parametrize("flag", ["TST100", "=Service shop/web", "TST100=", " = "])
def test_a_suppression_without_code_or_resource_is_refused(flag: str) -> None:
    with pytest.raises(SuppressionError, match="write CODE=KIND NAMESPACE/NAME"):
        parse_suppression(flag)
