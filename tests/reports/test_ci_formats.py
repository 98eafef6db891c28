"""What CI systems read: escaped, bounded, and red exactly where the run fails."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import yaml
from msgspec import structs

from meshctl.model.location import Location
from meshctl.model.result import Result, Unread
from meshctl.model.severity import Severity
from meshctl.reports import prometheus
from meshctl.reports.formats import FORMATS, Style, render
from meshctl.reports.json import document
from tests.reports.results import CHECKOUT, CONFLICT, FINDINGS, HOST, LIVE, RESULTS

EVIL = 'a%b:c,d|e`f`<b>@admin #12 **x** [y](z) "q" \\ https://x.y\r\n::error::\x1b[31m\x00\ud800'


def evil() -> Result:
    finding = structs.replace(HOST, message=EVIL, fix=EVIL, resource=CHECKOUT._replace(name=EVIL))
    return Result(
        findings=(structs.replace(finding, location=Location(EVIL, 1, 1, 2, 2, EVIL)),),
        unread=(Unread(f"{EVIL}!", EVIL),),
    )


@pytest.mark.parametrize("format_name", [name for name in FORMATS if name not in ("human", "concise")])
@pytest.mark.parametrize("name", RESULTS)
def test_a_terminal_without_unicode_gets_the_same_in_ascii(name: str, format_name: str) -> None:
    assert render(RESULTS[name], format_name, Style(unicode=False)).isascii()


# yaml


@pytest.mark.parametrize("name", RESULTS)
def test_yaml_is_the_document_of_the_json(name: str) -> None:
    assert yaml.safe_load(render(RESULTS[name], "yaml", Style())) == document(RESULTS[name])


@pytest.mark.parametrize("text", ["1e5", "0o17", "12e3456", ".5", "yes", "null", "2024-01-01", "0x1f", "- a", ""])
def test_text_that_looks_like_something_else_is_quoted(text: str) -> None:
    line = render(Result(inputs=(text,)), "yaml", Style()).partition("inputs:\n- ")[2].partition("\n")[0]
    assert line == f"'{text}'"


def test_yaml_of_odd_characters() -> None:
    found = yaml.safe_load(render(evil(), "yaml", Style(unicode=False)))
    assert found["findings"][0]["message"] == EVIL.replace("\ud800", "\ufffd")


# junit


def cases(result: Result) -> list[ET.Element]:
    return list(ET.fromstring(render(result, "junit", Style())).iter("testcase"))


@pytest.mark.parametrize("fail_on", [*Severity, None])
def test_junit_is_red_from_the_same_severity_on_as_the_run(fail_on: Severity | None) -> None:
    red = {f.code for f in FINDINGS.findings if fail_on and f.severity.at_least(fail_on)}
    result = replace(FINDINGS, fail_on=fail_on)
    assert {case.get("classname") for case in cases(result) if case.find("failure") is not None} == {
        f"meshctl.{code}" for code in red
    }
    assert bool(red) == (result.exit == 1)


@pytest.mark.parametrize("name", RESULTS)
def test_junit_counts_what_it_holds(name: str) -> None:
    top = ET.fromstring(render(RESULTS[name], "junit", Style()))
    for element in (top, *top.findall("testsuite")):
        assert int(element.get("tests", "")) == len(list(element.iter("testcase")))
        for counted, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(element.get(counted, "")) == len(list(element.iter(tag)))
    assert bool(int(top.get("errors", ""))) == (RESULTS[name].exit > 1)


def test_junit_has_no_character_that_xml_forbids() -> None:
    text = render(evil(), "junit", Style())
    assert "\x1b" not in text and "\x00" not in text and "\ud800" not in text
    assert cases(evil())[1].findtext("failure", "").startswith('a%b:c,d|e`f`<b>@admin #12 **x** [y](z) "q"')
    assert render(evil(), "junit", Style(unicode=False)).isascii()


# github


def commands(result: Result, style: Style | None = None) -> list[str]:
    return render(result, "github", style or Style()).splitlines()


def test_no_text_is_a_command_of_its_own() -> None:
    lines = commands(evil())
    assert len(lines) == 2
    assert all(re.fullmatch(r"::error [^\r\n]*", line) for line in lines)
    properties, _, message = lines[1].removeprefix("::error ").partition("::")
    assert properties.startswith("file=a%25b%3Ac%2Cd|e`f`<b>@admin #12 **x** [y](z)")
    assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "line", "endLine", "title"]
    assert "a%25b:c,d|e" in message and "\x1b" not in message


def test_the_worst_first_and_a_note_before_the_hints() -> None:
    infos = tuple(structs.replace(LIVE, fingerprint=str(i)) for i in range(15))
    result = Result(findings=(*(HOST,) * 12, CONFLICT, *infos))
    names = [line.partition(" ")[0] for line in commands(result)]
    assert names == ["::error"] * 12 + ["::warning"] + ["::notice"] * 16
    assert commands(result)[13] == (
        "::notice title=meshctl::7 of 28 findings have no annotation: the log of this step has all of them."
    )
    assert not any("title=meshctl::" in line for line in commands(FINDINGS))


def test_files_are_named_from_the_root() -> None:
    finding = structs.replace(HOST, location=Location("/repo/deploy/a.yaml", 3, 2, 3, 9))
    (line,) = commands(Result(findings=(finding,)), Style(root="/repo"))
    assert line.startswith("::error file=deploy/a.yaml,line=3,endLine=3,col=2,endColumn=9,title=IST0101 ")


# gitlab


def test_gitlab_fingerprints_are_unique() -> None:
    result = Result(findings=(HOST, HOST, CONFLICT), unread=(Unread("a.yaml", "x"), Unread("b.yaml", "x")))
    issues = json.loads(render(result, "gitlab", Style()))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 5
    assert [issue["severity"] for issue in issues] == ["blocker", "blocker", "critical", "critical", "major"]
    for issue in issues:
        assert issue.keys() == {"check_name", "description", "severity", "fingerprint", "location"}
        assert issue["location"]["lines"]["begin"] >= 1 and not issue["location"]["path"].startswith("./")


@pytest.mark.parametrize("name", ["partial", "crash", "failed"])
def test_gitlab_is_not_empty_where_not_all_is_well(name: str) -> None:
    assert json.loads(render(RESULTS[name], "gitlab", Style()))


# markdown


def test_markdown_has_no_markup_from_outside() -> None:
    text = render(evil(), "markdown", Style())
    rows = [line for line in text.splitlines() if line.startswith("| 🔴")]
    assert len(rows) == 1 and rows[0].count("|") == 4
    assert "<b>" not in text and "`" not in text and "[y]" not in text and "**x" not in text
    assert "@admin" not in text and " #12" not in text and "://" not in text.replace("https://istio.io", "")
    assert "@&#8203;admin &#8203;" not in text and "@&#8203;admin #&#8203;12" in text


def test_markdown_fits_into_a_comment_and_says_what_is_missing() -> None:
    findings = (*(structs.replace(HOST, fingerprint=str(i)) for i in range(5000)), LIVE)
    text = render(Result(findings=findings, unread=(Unread("secrets", "forbidden"),)), "markdown", Style())
    assert len(text) <= 65_536
    rows = sum(line.startswith("| 🔴") for line in text.splitlines())
    assert f"\nand {5001 - rows:,} more, not worse than these" in text
    assert "<code>secrets</code>: forbidden" in text


def test_markdown_is_bounded_also_where_nothing_was_read() -> None:
    unread = tuple(Unread(f"file-{i}.yaml", "x" * 3000) for i in range(500))
    text = render(Result(findings=(HOST,), unread=unread), "markdown", Style())
    assert len(text) <= 65_536 and "the comment is full" in text and "IST0101" in text


def test_markdown_tables_of_the_command() -> None:
    rows = [{"pod": f"web|{i}", "ready": True} for i in range(30)]
    text = render(Result(tables={"gadgets": rows}), "markdown", Style())
    assert "<details><summary>Gadgets</summary>\n\n| POD | READY |\n| --- | --- |\n| web&#124;0 | yes |\n" in text
    assert "and 5 more rows" in text


# prometheus

SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? -?\d+')


@pytest.mark.parametrize("result", [*RESULTS.values(), evil()], ids=[*RESULTS, "evil"])
def test_prometheus_lines(result: Result) -> None:
    lines = render(result, "prometheus", Style()).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert all(SAMPLE.fullmatch(line) for line in samples), samples
    assert len(samples) == len(set(line.rpartition(" ")[0] for line in samples))
    assert not any(line.startswith("# TYPE") for line in lines[:1])


def test_no_resource_is_a_label_and_namespaces_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = tuple(structs.replace(HOST, resource=CHECKOUT._replace(namespace=f"team-{i}")) for i in range(100))
    text = render(Result(findings=findings), "prometheus", Style())
    assert "checkout" not in text and text.count("meshctl_findings{") == 100
    monkeypatch.setattr(prometheus, "MOST_SERIES", 99)
    text = render(Result(findings=findings), "prometheus", Style())
    assert 'meshctl_findings{cluster="",code="IST0101",namespace="",severity="error"} 100\n' in text


def test_proxies_are_counted_by_state() -> None:
    rows = [{"resource": {"cluster": "", "namespace": "shop", "name": f"web-{i}"}, "state": "STALE"} for i in range(3)]
    text = render(Result(tables={"proxies": rows}, proxies=3), "prometheus", Style())
    assert 'meshctl_proxies{cluster="",namespace="shop",state="STALE"} 3\n' in text and "web-" not in text


def test_a_failed_run_counts_nothing() -> None:
    text = render(RESULTS["failed"], "prometheus", Style())
    assert "meshctl_exit_code 2\n" in text and "meshctl_findings" not in text
