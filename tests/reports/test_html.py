"""The page in a real browser: what it shows, its filters, its pictures, and names that try to be more than text."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from meshctl.analysis.analyze import analyze
from meshctl.analysis.registry import load
from meshctl.graph.mesh import MeshGraph
from meshctl.model.finding import Finding, Related
from meshctl.model.location import Location
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style, render
from meshctl.sources.files import read_files
from tests.reports.browser import CHROMIUM, DRIVER, Browser, browser
from tests.reports.results import CHECKOUT, CONFLICT, FINDINGS, HOST, LIVE, RESULTS

BOOKSHOP = Path(__file__).parents[2] / "fixtures/meshes/bookshop"
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)><!--"

Show = Callable[[Result], Browser]

in_browser = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver")


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture
def show(window: Browser, tmp_path: Path) -> Iterator[Show]:
    """Opens the page of a result; at the end the console has to be empty."""

    def open_page(result: Result) -> Browser:
        file = tmp_path / "report.html"
        file.write_text(render(result, "html", Style()), encoding="utf-8")
        window.open(file)
        return window

    yield open_page
    assert window.console() == []


def many(count: int) -> Result:
    severities = list(Severity)
    return Result(
        findings=tuple(
            structs.replace(
                HOST,
                severity=severities[i * 3 // count],
                resource=CHECKOUT._replace(namespace=f"team-{i % 40}", name=f"route-{i}"),
            )
            for i in range(count)
        )
    )


def embedded(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def hostile() -> Finding:
    place = Location(f"{EVIL}.yaml", 1, 7, 1, 7 + len(EVIL), f"name: {EVIL}")
    return structs.replace(
        HOST,
        resource=CHECKOUT._replace(name=EVIL, namespace=EVIL),
        message=f"{EVIL} is bad \u202e.",
        fix=EVIL,
        path=("spec", EVIL),
        location=place,
        related=(Related(EVIL, CHECKOUT._replace(name=EVIL), place),),
    )


def test_no_name_ends_the_data() -> None:
    page = render(Result(findings=(hostile(),), inputs=(EVIL,)), "html", Style())
    assert page.count("</script>") == 2
    assert "<img" not in page and "<!--" not in page
    assert "\u202e" not in json.dumps(embedded(page), ensure_ascii=False)
    assert EVIL in json.dumps(embedded(page))


def test_nothing_is_loaded_from_anywhere() -> None:
    page = render(RESULTS["findings"], "html", Style())
    page = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(src|href|url)\s*[=(]\s*[\"']?(https?:)?//", page)
    assert "default-src 'none'" in page


@pytest.mark.parametrize("name", RESULTS)
def test_the_data_of_every_kind_of_result(name: str) -> None:
    data = embedded(render(RESULTS[name], "html", Style()))
    assert data["exit"] == RESULTS[name].exit
    assert len(data["findings"]) == len(RESULTS[name].findings)  # type: ignore[arg-type]


@in_browser
@pytest.mark.parametrize(
    ("name", "verdict", "alerts"),
    [
        ("clean", "No problems", []),
        ("findings", "Found 1 error, 1 warning, 1 info", []),
        ("suppressed", "No problems", []),
        ("partial", "Found 1 info", ["Not read: 2 inputs", "Did not run: 1 check"]),
        ("crash", "Found 1 error", ["A check crashed"]),
        ("failed", "meshctl failed", ["no such file: nope.yaml"]),
    ],
)
def test_what_is_said_first(show: Show, name: str, verdict: str, alerts: list[str]) -> None:
    page = show(RESULTS[name])
    assert page.texts("#verdict") == [verdict]
    assert page.texts(".alert > b") == alerts
    if name == "suppressed":
        assert "4 suppressed · 3 in the baseline" in page.texts("#extent")[0]


@in_browser
def test_filters(show: Show) -> None:
    page = show(FINDINGS)
    kinds = ".finding .kind b"
    assert page.texts(kinds) == ["IST0101", "IST0109", "IST0118"]
    page.click("#severities button[data-severity='0']")
    assert page.texts(kinds) == ["IST0109", "IST0118"]
    assert page.texts("#count") == ["2 of 3 findings"]
    page.click("#reset")
    page.type("#text", "LEDGER")
    assert page.texts("#count") == ["No finding is like that."]
    page.click("#reset")
    page.type("#text", "reviewz virtualservice")
    page.wait("return document.querySelectorAll('.finding').length === 1")
    assert page.texts(kinds) == ["IST0101"]
    page.click("#reset")
    page.click("#code option[value='IST0109']")
    assert page.texts(kinds) == ["IST0109"]
    page.click("#reset")
    assert page.texts("#namespace option") == ["All namespaces", "shop (3)"]
    page.click("#namespace option[value='shop']")
    assert page.texts("#count") == ["3 findings"]


@in_browser
def test_a_finding_with_its_line_its_explanation_and_its_fix(show: Show) -> None:
    page = show(FINDINGS)
    page.click(".finding > summary")
    page.wait("return document.querySelector('.finding .body') !== null")
    assert page.texts(".source mark") == ["reviewz"]
    assert page.texts(".source") == ["22        host: reviewz  # was: ratings"]
    assert page.texts(".fix") == ["Fix: Did you mean reviews?"]
    page.click(".why > summary")
    assert page.texts(".why h3") == ["Why", "Example", "Fix", "Silent when"]
    assert page.texts(".why h3 + p")[0].startswith("Envoy has no cluster for the host")
    page.click("#open")
    assert "See VirtualService shop/ledger shop/ledger.yaml:6:10 claims it too" in page.texts(".body p")


@in_browser
def test_a_hostile_name_is_text(show: Show) -> None:
    page = show(Result(findings=(hostile(),), inputs=(EVIL,), tables={"gadgets": [{EVIL: EVIL}]}))
    page.click("#open")
    assert page.run("return document.querySelectorAll('img, script').length") == 2
    assert EVIL in page.texts(".finding .kind + span")[0]
    assert page.texts(".source mark") == [EVIL]
    assert page.texts("td") == [EVIL]


@in_browser
def test_the_picture_marks_the_broken_edge(show: Show) -> None:
    mesh = MeshGraph(read_files([str(BOOKSHOP)]))
    page = show(analyze(mesh, [a for a in load() if a.name == "virtualservice-subset-not-found"]).result)
    page.click(".finding > summary")
    page.wait("return document.querySelector('svg') !== null")
    nodes = page.run("return [...document.querySelectorAll('svg g')].map(g => [g.className.baseVal, g.textContent])")
    assert next(text for look, text in nodes if look == "here").startswith("VirtualService shop/catalogue")
    assert [look for look, text in nodes].count("gone") == 1
    broken = "return document.querySelector('svg text.broken').textContent"
    assert "spec.http[0].route[0].destination.subset" in page.run(broken)
    assert page.run("return document.querySelectorAll('svg path.broken:not(.tip)').length") == 1


@in_browser
def test_tables_of_the_command(show: Show) -> None:
    rows = [{"pod": f"web-{i}", "synced": i % 2 == 0} for i in range(450)]
    page = show(replace(RESULTS["clean"], tables={"gadgets": rows}))
    assert page.texts(".table summary") == ["Gadgets 450 rows"]
    assert page.run("return document.querySelectorAll('tbody tr').length") == 200
    page.click(".table button")
    assert page.texts("tbody tr:last-child") == ["web-449\tno"]


@in_browser
def test_what_is_set_aside_is_a_table_at_the_end(show: Show) -> None:
    page = show(RESULTS["aside"])
    page.click("#aside summary")
    assert [row.split("\t")[4:] for row in page.texts("#aside tbody tr")] == [
        ["comment", "made by Terraform"],
        ["baseline"],
    ]
    assert page.texts("#extent")[0].endswith("1 suppressed · 1 in the baseline")


@in_browser
def test_ten_thousand_findings(show: Show) -> None:
    page = show(many(10_000))
    assert page.texts("#count") == ["10,000 findings, the first 100 shown"]
    filtering = "const t = performance.now(); wanted.text = arguments[0]; filter(); return performance.now() - t"
    # A fiftieth of it is usual; a page that shows every finding takes half a minute.
    assert page.run(filtering, "route-99") < 2_000
    assert page.texts("#count") == ["111 of 10,000 findings, the first 100 shown"]
    page.click("#more")
    assert page.run("return document.querySelectorAll('.finding').length") == 111
    page.click("#reset")
    page.click("#severities button[data-severity='0']")
    assert page.texts("#count") == ["6,666 of 10,000 findings, the first 100 shown"]


@in_browser
def test_it_prints_and_fits_a_narrow_window(show: Show) -> None:
    page = show(many(300))
    page.click(".finding > summary")
    page.resize(360, 800)
    assert page.run("return document.documentElement.scrollWidth <= innerWidth")
    page.devtools("Page.printToPDF", {})
    assert page.run("return document.querySelectorAll('.finding').length") == 300
    page.devtools("Emulation.setEmulatedMedia", {"media": "print"})
    assert page.run("return getComputedStyle(document.querySelector('#filters')).display") == "none"
    page.devtools("Emulation.setEmulatedMedia", {"media": ""})
    page.resize(1200, 900)


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible(show: Show, scheme: str) -> None:
    """Every text has a contrast of 4.5 or more to what is behind it."""
    page = show(replace(FINDINGS, findings=(HOST, CONFLICT, LIVE)))
    page.devtools("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    page.click("#open")
    script = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
    assert page.run(script) == []
    page.devtools("Emulation.setEmulatedMedia", {"features": []})
