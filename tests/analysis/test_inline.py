"""Comments suppress what stands on their lines; suppressions of no use, past their date or refused are told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec import structs

from meshctl.analysis.analyzer import Analyzer, Claim
from meshctl.analysis.registry import load
from meshctl.analysis.runner import Outcome, run
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings, Suppression
from meshctl.model.location import Location
from tests.analysis.given import about_each_service, given, service

ODD = about_each_service(lambda view: Claim(view, ("spec", "ports", 0, "port"), "x"))
HYGIENE = [a for a in load() if a.subject == "hygiene"]
CHECKS = [ODD, *HYGIENE]
PORT = "    port: 8080\n"
NOW = datetime(2030, 1, 15, tzinfo=UTC)


def outcome(folder: Path, text: str, settings: Settings | None = None, checks: list[Analyzer] = CHECKS) -> Outcome:
    return run(given(folder, text, settings=settings), checks)


def told(found: Outcome) -> list[tuple[str, int]]:
    return [(f.code, f.location.start_line if f.location else 0) for f in found.findings]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PORT, "    port: 8080  # meshctl: ignore[TST100] why not\n"),
        (PORT, "    # meshctl: ignore[service-odd] why not\n" + PORT),
        (PORT, "    # meshctl: ignore[TST101, TST100] why not\n    # more\n\n" + PORT),
        ("apiVersion", "# meshctl: ignore-document[TST100] why not\napiVersion"),
        ("---\n", "---\n# meshctl: ignore-file[TST100] why not\n"),
        ("apiVersion", "# meshctl: ignore-file[all] why not\napiVersion"),
    ],
)
def test_a_comment_suppresses(tmp_path: Path, old: str, new: str) -> None:
    found = outcome(tmp_path, service().replace(old, new), checks=[ODD])
    assert found.findings == ()
    (aside,) = found.suppressed
    assert (aside.by, aside.reason, aside.finding.code) == ("comment", "why not", "TST100")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PORT, PORT + "    # meshctl: ignore[TST100] below\n"),
        (PORT, "    port: 8080  # meshctl: ignore[TST101] another\n"),
        (PORT, "    port: 8080  # meshctl: ignore[TST1] a prefix is too much\n"),
        ("---\n", "---\n# meshctl: ignore-document[TST100] the next\na: 1\n"),
    ],
)
def test_elsewhere_or_about_another_it_does_not(tmp_path: Path, old: str, new: str) -> None:
    found = outcome(tmp_path, service().replace(old, new), checks=[ODD])
    assert [f.code for f in found.findings] == ["TST100"] and found.suppressed == ()


def test_of_two_documents_one_is_meant(tmp_path: Path) -> None:
    text = "# meshctl: ignore-document[TST100] x\n" + service("a") + service("b")
    (finding,) = outcome(tmp_path, text).findings
    assert finding.resource and finding.resource.name == "b"


def test_findings_about_the_text_can_be_suppressed_too(tmp_path: Path) -> None:
    twice = service().replace(PORT, PORT + "    port: 8081  # meshctl: ignore[MSH005] generated\n")
    found = outcome(tmp_path, twice, checks=HYGIENE)
    assert [aside.finding.code for aside in found.suppressed] == ["MSH005"] and found.findings == ()


def test_what_is_of_no_use_is_told_where_it_stands(tmp_path: Path) -> None:
    text = "# meshctl: ignore-file[MSH005, TST100] x\n" + service(annotations='{ignore.meshctl.dev/MSH006: "x"}')
    found = outcome(tmp_path, text)
    assert told(found) == [("MSH007", 1), ("MSH007", 7)]
    assert "about MSH005 suppresses nothing" in found.findings[0].message
    assert "annotation ignore.meshctl.dev/MSH006 of Service shop/web" in found.findings[1].message


@pytest.mark.parametrize(
    "text",
    [
        service(annotations='{ignore.meshctl.dev/MSH210: "of running proxies"}'),
        service(annotations='{ignore.meshctl.dev/IST0118: "left out of this run"}'),
        service(annotations='{galley.istio.io/analyze-suppress: "IST0001"}'),
    ],
)
def test_what_no_check_has_looked_at_may_be_of_use(tmp_path: Path, text: str) -> None:
    assert told(outcome(tmp_path, text)) == [("TST100", 11)]


def test_all_means_whatever_comes(tmp_path: Path) -> None:
    found = outcome(tmp_path, service(annotations='{ignore.meshctl.dev/all: "x"}'), checks=HYGIENE)
    assert found.findings == ()


def test_nothing_is_of_no_use_where_one_namespace_is_looked_at(tmp_path: Path) -> None:
    mesh = given(tmp_path, service(annotations='{ignore.meshctl.dev/MSH006: "x"}'))
    assert [f.code for f in run(mesh, CHECKS, namespace="shop").findings] == ["TST100"]


def test_a_check_that_crashed_may_have_had_a_use(tmp_path: Path) -> None:
    def build(view: object) -> Claim:
        raise RuntimeError

    crashing = about_each_service(build, "TST102", "service-crash")
    text = service(annotations='{ignore.meshctl.dev/TST102: "x"}')
    assert [f.code for f in outcome(tmp_path, text, checks=[crashing, *HYGIENE]).findings] == ["MSH004"]


def test_istios_own_annotation_of_no_use_is_an_info(tmp_path: Path) -> None:
    text = service(annotations='{galley.istio.io/analyze-suppress: "TST100,MSH006"}')
    (finding,) = outcome(tmp_path, text).findings
    assert (finding.code, finding.severity.value) == ("MSH007", "info")
    assert finding.message.startswith("MSH006 in the annotation galley.istio.io/analyze-suppress of Service shop/web")


def configured(**given_fields: object) -> Settings:
    place = Location(".meshctl.yaml", 3, 9, 3, 15)
    suppression = structs.replace(Suppression("TST100", "Service shop/*", reason="x", place=place), **given_fields)  # type: ignore[arg-type]
    return Settings(now=NOW, suppress=(suppression,))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"path": "spec.ports[0].port"}, []),
        ({"path": "spec.ports*"}, []),
        ({"path": "spec.ports[1].port"}, [("MSH007", 3), ("TST100", 11)]),
        ({"path": "spec.ports"}, [("MSH007", 3), ("TST100", 11)]),
        ({"until": date(2030, 1, 15)}, []),
        ({"until": date(2030, 1, 14)}, [("MSH008", 3), ("TST100", 11)]),
        ({"resource": "Gateway *", "until": date(2030, 1, 14)}, [("MSH008", 3), ("TST100", 11)]),
    ],
)
def test_the_configuration_suppresses(tmp_path: Path, fields: dict[str, object], expected: list[object]) -> None:
    found = outcome(tmp_path, service(), configured(**fields))
    assert sorted(told(found)) == expected
    assert [aside.by for aside in found.suppressed] == ([] if expected else ["configuration"])


def test_a_flag_of_no_use_has_no_place(tmp_path: Path) -> None:
    settings = Settings(suppress=(Suppression("TST100", "Service elsewhere/*"),))
    found = outcome(tmp_path, service(), settings)
    assert sorted(told(found)) == [("MSH007", 0), ("TST100", 11)]
    messages = {f.message for f in found.findings}
    assert "The suppression TST100=Service elsewhere/* suppresses nothing: there is no such finding." in messages


@pytest.mark.parametrize(
    ("annotations", "settings", "codes"),
    [
        ('{ignore.meshctl.dev/TST100: ""}', Settings(require_reason=True), ["MSH011", "TST100"]),
        ('{ignore.meshctl.dev/TST100: " "}', Settings(require_reason=True), ["MSH011", "TST100"]),
        ('{ignore.meshctl.dev/TST100: "why"}', Settings(require_reason=True), []),
        ('{galley.istio.io/analyze-suppress: "TST100"}', Settings(require_reason=True), []),
        ('{ignore.meshctl.dev/TST100: "why"}', Settings(allow_inline=False), ["MSH011", "TST100"]),
        ('{galley.istio.io/analyze-suppress: "TST100"}', Settings(allow_inline=False), ["MSH011", "TST100"]),
    ],
)
def test_what_the_configuration_refuses(tmp_path: Path, annotations: str, settings: Settings, codes: list[str]) -> None:
    found = outcome(tmp_path, service(annotations=annotations), settings)
    assert sorted(f.code for f in found.findings) == codes


@pytest.mark.parametrize(
    ("comment", "fix"),
    [
        ("ignore", "Write # meshctl: ignore[CODE] reason."),
        ("ignore[ ] why", "Write # meshctl: ignore[CODE] reason."),
        ("ignore TST100 why not", "Write # meshctl: ignore[TST100] why not."),
        ("ignore: TST100 why", "Write # meshctl: ignore[TST100] why."),
        ("ignore-file TST100", "Write # meshctl: ignore-file[TST100]."),
        ("ignore[service-od] why", "Did you mean service-odd?"),
        ("ignore-document[TST100] x", "Move it above the first key of the document."),
    ],
)
def test_a_comment_that_says_nothing(tmp_path: Path, comment: str, fix: str) -> None:
    found = outcome(tmp_path, service().replace(PORT, PORT.rstrip() + f"  # meshctl: {comment}\n"))
    assert sorted((f.code, f.fix) for f in found.findings if f.code == "MSH010") == [("MSH010", fix)]
    assert ("TST100", 11) in told(found)


def test_several_clusters_know_their_own(tmp_path: Path) -> None:
    snapshot = given(tmp_path, service(annotations='{ignore.meshctl.dev/TST100: "x"}')).snapshot
    both = [replace(r, id=r.id._replace(cluster=name)) for r in snapshot.resources for name in ("a", "b")]
    found = run(MeshGraph(structs.replace(snapshot, resources=tuple(both))), CHECKS)
    assert sorted(aside.finding.resource.cluster for aside in found.suppressed if aside.finding.resource) == ["a", "b"]
    assert found.findings == ()
