"""What a person sees: marks under the right characters, harmless names, floods cut short, all of it quickly."""

import time

import pytest
from msgspec import structs

from meshctl.model.location import Location
from meshctl.model.result import Result
from meshctl.model.severity import Severity
from meshctl.reports.formats import Style, render
from meshctl.reports.text import cells, marked, safe, wrap
from tests.reports.results import CHECKOUT, HOST, LIVE

WIDE = "        host: 予約-サービス.shop   # 予約"


def place(source: str, start: int, end: int, *, lines: int = 1) -> Location:
    return Location("a.yaml", 3, start, 2 + lines, end, source)


def shown(source: str, start: int, end: int, width: int = 40, *, unicode: bool = True, lines: int = 1) -> list[str]:
    line = marked(place(source, start, end, lines=lines), width, Style(unicode=unicode))
    return [line.source, line.mark]


def test_the_mark_is_under_the_value() -> None:
    assert shown("  host: reviewz # x", 9, 16) == ["  host: reviewz # x", "        ^^^^^^^"]


def test_a_tab_takes_four_cells() -> None:
    assert shown('\t"host":\t"x",', 10, 13) == ['    "host":    "x",', "               ^^^"]


def test_wide_characters_take_two_cells() -> None:
    assert shown("名: 予約", 4, 6) == ["名: 予約", "    ^^^^"]


def test_a_region_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    assert shown("spec: &a  ", 7, 3, lines=4) == ["spec: &a", "      ^^"]


@pytest.mark.parametrize(("start", "end"), [(1, 1), (5, 5), (9, 9), (50, 60)])
def test_an_empty_region_still_has_a_mark(start: int, end: int) -> None:
    assert shown("name: a", start, end)[1].count("^") == 1


def test_a_long_line_is_cut_around_the_mark() -> None:
    source = "a" * 100 + "HERE" + "b" * 100
    assert shown(source, 101, 105, 30) == ["…aaaaaaaaHERE" + "b" * 16 + "…", "         ^^^^"]
    assert shown(source, 101, 105, 30, unicode=False) == ["..." + "a" * 6 + "HERE" + "b" * 14 + "...", " " * 9 + "^^^^"]


@pytest.mark.parametrize("source", ["x" * 500, WIDE * 9, "\t" * 300, "\x1b[31m" * 90, "a" * 20 + "予" * 300])
@pytest.mark.parametrize("width", [20, 41, 80])
@pytest.mark.parametrize("unicode", [True, False])
def test_no_cut_is_wider_than_asked_for(source: str, width: int, unicode: bool) -> None:
    for start in (1, 7, len(source) // 2, len(source) - 3):
        for length in (1, 3, 60):
            source_line, mark = shown(source, start, start + length, width, unicode=unicode)
            assert cells(source_line) <= width
            assert cells(mark) <= width
            assert mark.strip(" ").strip("^") == ""
            assert "^" in mark


@pytest.mark.parametrize("format_name", ["human", "concise", "json"])
def test_a_name_cannot_steer_the_terminal(format_name: str) -> None:
    evil = "a\x1b]0;owned\x07\x1b[2J\r\x9b31m\u202etxt"
    finding = structs.replace(
        HOST,
        resource=CHECKOUT._replace(name=evil),
        message=f"Host {evil} is bad.",
        fix=evil,
        location=Location(f"{evil}.yaml", 1, 1, 1, 2, f"name: {evil}"),
    )
    text = render(Result(findings=(finding,)), format_name, Style())
    assert not set(text) & {"\x1b", "\x07", "\r", "\x9b"}
    assert "\\x1b" in text or "\\u001b" in text
    assert "\u202e" not in text or format_name == "json"


def test_what_ascii_cannot_show_is_escaped() -> None:
    assert safe("Dienst-ü", Style(unicode=False)) == "Dienst-\\xfc"
    text = render(Result(findings=(structs.replace(HOST, message="Über 予約"),)), "human", Style(unicode=False))
    assert text.isascii()
    assert "\\xdcber \\u4e88\\u7d04" in text


def test_a_lone_surrogate_can_be_written() -> None:
    for format_name in ("human", "concise", "json"):
        render(Result(findings=(structs.replace(HOST, message="\ud800"),)), format_name, Style()).encode()


def test_text_is_broken_at_blanks_and_long_words_stay_whole() -> None:
    assert list(wrap("one two three-is-too-long four", 9, "  ")) == ["  one two", "  three-is-too-long", "  four"]


def infos(count: int) -> tuple[object, ...]:
    return tuple(structs.replace(LIVE, resource=CHECKOUT._replace(name=f"n{i}")) for i in range(count))


def test_a_flood_of_infos_is_cut_short_and_counted() -> None:
    text = render(Result(findings=(HOST, *infos(1400)), resources=2), "human", Style())  # type: ignore[arg-type]
    assert text.count("service-port-name-unknown-protocol\n  VirtualService shop/n") == 5
    assert (
        "\nand 1,395 more infos of IST0118 service-port-name-unknown-protocol: -o concise shows all of them\n" in text
    )
    assert text.endswith(
        "Found 1 error and 1,400 infos in 2 resources.\n"
        "   1,400 info    IST0118 service-port-name-unknown-protocol\n"
        "       1 error   IST0101 virtualservice-destination-host-not-found\n"
        "What a code means: meshctl explain IST0101\n"
    )
    assert render(Result(findings=infos(1400)), "concise", Style()).count("\n") == 1400  # type: ignore[arg-type]


def test_fifty_infos_are_no_flood_and_errors_never_are() -> None:
    assert " more infos of " not in render(Result(findings=infos(50)), "human", Style())  # type: ignore[arg-type]
    errors = tuple(structs.replace(HOST, fingerprint=str(i)) for i in range(60))
    assert render(Result(findings=errors), "human", Style()).count("reviewz  #") == 60


def test_the_cluster_of_a_live_resource_is_named() -> None:
    finding = structs.replace(LIVE, resource=CHECKOUT._replace(cluster="prod-eu"))
    assert "  VirtualService shop/checkout in prod-eu spec.ports" in render(
        Result(findings=(finding,)), "human", Style()
    )


def test_nothing_found_in_half_of_the_input_is_not_called_clean() -> None:
    text = render(Result(crashed=True, resources=7), "human", Style())
    assert text.startswith("No problems found, but not everything was looked at, in 7 resources.\n")


def test_thousands_of_findings_take_no_time_and_a_huge_line_no_more() -> None:
    started = time.perf_counter()
    huge = "x" * 1_000_000
    many = tuple(
        structs.replace(HOST, severity=Severity.ERROR, location=Location("a.json", 1, i * 10 + 1, 1, i * 10 + 5, huge))
        for i in range(5000)
    )
    render(Result(findings=many), "human", Style(color=True))
    # A thirtieth of it is usual; a renderer that walks the whole line takes a minute.
    assert time.perf_counter() - started < 5
