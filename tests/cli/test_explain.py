"""`meshctl explain`: the checks' own words, filled to the width, examples untouched."""

from pathlib import Path

import pytest

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.registry import load
from meshctl.reports.documentation import document
from meshctl.reports.formats import Style
from tests.cli.command import inside as meshctl

NAME = "virtualservice-destination-host-not-found"


def test_one_check() -> None:
    done = meshctl("explain", NAME)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(
        "IST0101 virtualservice-destination-host-not-found (error)\n"
        "\n"
        "A route or mirror sends requests to a host that no Service and no ServiceEntry\n"
        "defines.\n"
        "\n"
        "Why: "
    )
    assert "\nExample:\n    kind: VirtualService\n    spec:\n      hosts: [reviews]\n" in done.out
    assert "\nFix: " in done.out
    assert "\nSilent when: " in done.out
    assert done.out.endswith(
        "\n\nTo silence it, annotate the resource:\n"
        'ignore.meshctl.dev/virtualservice-destination-host-not-found: "reason"\n'
        "See also https://istio.io/latest/docs/reference/config/analysis/ist0101/\n"
    )


def test_a_code_of_several_checks_lists_them_and_explains_each() -> None:
    out = meshctl("explain", "ist0101").out
    names = [a.name for a in load() if a.code == "IST0101"]
    assert out.startswith(f"{len(names)} checks are called that:\n  {names[0]}\n")
    for name in names:
        assert f"\nIST0101 {name} (" in out


def test_a_whole_name_is_not_a_prefix() -> None:
    longer = [a.name for a in load() if a.name.startswith(NAME)]
    assert meshctl("explain", NAME).out.count("Silent when:") == 1 <= len(longer)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("IST01O1", "no check is called 'IST01O1'; did you mean IST0101?"),
        (f"{NAME}-", f"no check is called '{NAME}-'; did you mean {NAME}?"),
        ("nonsense", "no check is called 'nonsense'; `meshctl codes` lists them"),
    ],
)
def test_an_unknown_code(given: str, sentence: str) -> None:
    done = meshctl("explain", given)
    assert (done.code, done.out, done.err) == (2, "", f"meshctl: {sentence}\n")


def test_no_input_and_no_configuration_is_read(tmp_path: Path) -> None:
    (tmp_path / ".meshctl.yaml").write_text("nonsense: true\n")
    assert meshctl("explain", NAME, cwd=tmp_path).code == 0
    assert meshctl("codes", cwd=tmp_path).code == 0


@pytest.mark.parametrize("check", load(), ids=lambda a: a.name)
def test_prose_fits_the_width(check: Analyzer) -> None:
    for line in document(check, Style(width=80)).splitlines():
        assert len(line) <= 80 or line.startswith(" ") or " " not in line.strip() or "https://" in line
