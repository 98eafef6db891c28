"""Running checks: crashes stay alone, order and limits of what is reported."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from meshctl.analysis.analyze import analyze
from meshctl.analysis.analyzer import Also, Analyzer, Claim, analyzer
from meshctl.analysis.registry import load
from meshctl.analysis.runner import run
from meshctl.graph.hosts import hosts
from meshctl.graph.kinds.core import Namespace, Service
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.view import View
from meshctl.model.result import Exit, Result, Unread
from meshctl.model.severity import Severity
from tests.analysis.given import about_each_service, given, service

REPORTER = next(a for a in load() if a.name == "analyzer-crashed")
PORT = ("spec", "ports", 0, "port")


def odd(view: View) -> Claim:
    return Claim(view, PORT, f"{view.name} is odd", fix="Make it even.")


ODD = about_each_service(odd)


@analyzer("TST200", "always-crashes", Severity.ERROR, reads=(Service,))
def crashes(mesh: MeshGraph) -> Iterator[Claim]:
    for found in mesh.all(Service):
        yield Claim(found, (), "said before the crash")
        raise KeyError("port")


@analyzer("TST201", "reads-too-much", Severity.INFO, reads=(Service,))
def reads_too_much(mesh: MeshGraph) -> Iterator[Claim]:
    mesh.all(Namespace)
    yield from ()


@analyzer("TST202", "index-reads-too-much", Severity.INFO, reads=(Service,))
def index_reads_too_much(mesh: MeshGraph) -> Iterator[Claim]:
    hosts(mesh)
    yield from ()


def messages(mesh: MeshGraph, *checks: Analyzer, namespace: str = "") -> list[str]:
    return [f.message for f in run(mesh, checks, namespace=namespace).findings]


def test_a_finding_has_all_that_a_report_needs(tmp_path: Path) -> None:
    (finding,) = run(given(tmp_path, service()), [ODD]).findings
    assert (finding.code, finding.name, finding.severity) == ("TST100", "service-odd", Severity.ERROR)
    assert (finding.message, finding.fix, finding.field) == ("web is odd", "Make it even.", "spec.ports[0].port")
    assert finding.resource and str(finding.resource) == "Service shop/web" and finding.version == "v1"
    assert finding.location and finding.location.file == str(tmp_path / "given.yaml")
    assert (finding.location.start_line, finding.location.start_column, finding.location.end_column) == (11, 11, 15)
    assert len(finding.fingerprint) == 32


def test_a_key_instead_of_its_value_and_another_resource(tmp_path: Path) -> None:
    def build(view: View) -> Claim:
        return Claim(view, PORT, "x", on_key=True, related=(Also(view, ("spec", "selector"), "selects"),))

    (finding,) = run(given(tmp_path, service()), [about_each_service(build)]).findings
    assert finding.location and (finding.location.start_column, finding.location.end_column) == (5, 9)
    (related,) = finding.related
    assert related.message == "selects" and str(related.resource) == "Service shop/web"
    assert related.location and related.location.start_line == 8


@pytest.mark.parametrize("claimed", [Severity.INFO, Severity.WARNING])
def test_a_claim_lowers_the_severity(tmp_path: Path, claimed: Severity) -> None:
    check = about_each_service(lambda view: Claim(view, (), "x", severity=claimed))
    (finding,) = run(given(tmp_path, service()), [check]).findings
    assert finding.severity is claimed


def test_a_claim_never_raises_the_severity(tmp_path: Path) -> None:
    @analyzer("TST300", "mild", Severity.INFO, reads=(Service,))
    def mild(mesh: MeshGraph) -> Iterator[Claim]:
        yield Claim(mesh.all(Service)[0], (), "x", severity=Severity.ERROR)

    (finding,) = run(given(tmp_path, service()), [mild]).findings
    assert finding.severity is Severity.INFO


def test_a_crash_leaves_the_other_findings(tmp_path: Path) -> None:
    analysis = analyze(given(tmp_path, service()), [REPORTER, crashes, ODD])
    found = {f.code: f.message for f in analysis.result.findings}
    assert found["TST100"] == "web is odd"
    assert found["TST200"] == "said before the crash"
    assert "TST200 always-crashes crashed (KeyError: 'port')" in found["MSH004"]
    assert analysis.result.exit_code(None) is Exit.INTERNAL
    (crash,) = analysis.crashes
    assert crash.analyzer is crashes and 'raise KeyError("port")' in crash.traceback


def test_a_crash_decides_the_exit_code_even_if_nobody_reports_it(tmp_path: Path) -> None:
    analysis = analyze(given(tmp_path, service()), [crashes])
    assert [f.code for f in analysis.result.findings] == ["TST200"]
    assert analysis.result.exit_code(None) is Exit.INTERNAL


@pytest.mark.parametrize("check", [reads_too_much, index_reads_too_much], ids=lambda c: c.name)
def test_an_undeclared_kind_is_a_crash_that_names_the_check(tmp_path: Path, check: Analyzer) -> None:
    outcome = run(given(tmp_path, service()), [REPORTER, check, ODD])
    (crash,) = [f for f in outcome.findings if f.code == "MSH004"]
    assert f"{check.code} {check.name} crashed" in crash.message
    assert "without declaring it" in crash.message
    assert "TST100" in [f.code for f in outcome.findings]


@pytest.mark.parametrize(
    ("result", "fail_on", "expected"),
    [
        (Result(), Severity.INFO, Exit.CLEAN),
        (Result(unread=[Unread("a", "b")]), None, Exit.INCOMPLETE),
        (Result(unread=[Unread("a", "b")], crashed=True), Severity.ERROR, Exit.INTERNAL),
    ],
)
def test_the_worst_exit_code_wins(result: Result, fail_on: Severity | None, expected: Exit) -> None:
    assert result.exit_code(fail_on) is expected


def test_findings_count_from_the_severity_asked_for(tmp_path: Path) -> None:
    mild = about_each_service(lambda view: Claim(view, (), "x", severity=Severity.WARNING))
    result = analyze(given(tmp_path, service()), [mild]).result
    assert result.exit_code(Severity.ERROR) is Exit.CLEAN
    assert result.exit_code(Severity.WARNING) is Exit.FINDINGS
    assert result.exit_code(None) is Exit.CLEAN


def test_the_namespace_limits_what_is_reported(tmp_path: Path) -> None:
    mesh = given(tmp_path, service("a", "shop") + service("b", "other"))
    assert messages(mesh, ODD) == ["a is odd", "b is odd"]
    assert messages(mesh, ODD, namespace="other") == ["b is odd"]


def test_the_namespace_itself_and_cluster_scoped_resources_stay(tmp_path: Path) -> None:
    text = "".join(
        f"apiVersion: {group}\nkind: {kind}\nmetadata: {{name: {name}}}\n---\n"
        for group, kind, name in (
            ("v1", "Namespace", "shop"),
            ("v1", "Namespace", "other"),
            ("rbac.authorization.k8s.io/v1", "ClusterRole", "reader"),
        )
    )

    class Any(View):
        KINDS = (*Namespace.KINDS, ("rbac.authorization.k8s.io", "ClusterRole"))  # type: ignore[assignment]

    @analyzer("TST301", "any", Severity.ERROR, reads=(Any,))
    def any_of_them(mesh: MeshGraph) -> Iterator[Claim]:
        for view in mesh.all(Any):
            yield Claim(view, (), view.name)

    assert sorted(messages(given(tmp_path, text), any_of_them, namespace="shop")) == ["reader", "shop"]


def test_system_namespaces_are_nobodys_mistake(tmp_path: Path) -> None:
    mesh = given(tmp_path, service("dns", "kube-system") + service("web", "shop"))
    assert messages(mesh, ODD) == ["web is odd"]
    assert messages(mesh, ODD, namespace="kube-system") == []


def test_claims_about_files_stay_whatever_the_namespace(tmp_path: Path) -> None:
    @analyzer("TST302", "file-odd", Severity.ERROR)
    def file_odd(mesh: MeshGraph) -> Iterator[Claim]:
        yield Claim(None, (), "the file is odd")

    assert messages(given(tmp_path, service()), file_odd, namespace="elsewhere") == ["the file is odd"]


def test_the_same_finding_is_reported_once(tmp_path: Path) -> None:
    @analyzer("TST303", "twice-said", Severity.ERROR, reads=(Service,))
    def twice_said(mesh: MeshGraph) -> Iterator[Claim]:
        for found in (*mesh.all(Service), *mesh.all(Service)):
            yield odd(found)
            yield Claim(found, PORT, "is something else")

    assert messages(given(tmp_path, service()), twice_said) == ["is something else", "web is odd"]


def test_order_is_severity_file_line_code_resource(tmp_path: Path) -> None:
    early = about_each_service(lambda v: Claim(v, ("kind",), "kind"), "TST110", "early")
    mild = about_each_service(lambda v: Claim(v, ("kind",), "mild", severity=Severity.INFO), "TST001", "mild")
    twin = about_each_service(lambda v: Claim(v, ("kind",), "twin"), "TST109", "twin")
    mesh = given(tmp_path, service("b") + service("a"))
    expected = [
        ("TST109", "b", 2), ("TST110", "b", 2), ("TST100", "b", 11),
        ("TST109", "a", 16), ("TST110", "a", 16), ("TST100", "a", 25),
        ("TST001", "b", 2), ("TST001", "a", 16),
    ]  # fmt: skip
    for checks in ([ODD, early, mild, twin], [twin, mild, early, ODD]):
        found = run(mesh, checks).findings
        assert [
            (f.code, f.resource.name, f.location.start_line) for f in found if f.resource and f.location
        ] == expected
