"""Each check is one file, one name, one documentation and one folder of fixtures: nothing lacks, nothing is left."""

import re
from pathlib import Path

import pytest
import yaml

from meshctl.analysis.analyzer import Analyzer
from meshctl.analysis.registry import load

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
CHECKS = load()
HEADINGS = ("Why:", "Example:", "Fix:", "Silent when:")
# Codes that no check uses any more: their numbers are never given to another one.
RETIRED = frozenset[str]()
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda c: f"{c.code}-{c.name}")


def source(check: Analyzer) -> Path:
    return ROOT / (check.module.replace("meshctl_analyzers", "analyzers", 1).replace(".", "/") + ".py")


def words(name: str) -> set[str]:
    return set(re.split(r"[-_]", name))


@each_check
def test_code_and_name(check: Analyzer) -> None:
    assert re.fullmatch(r"(IST|KIA|GWA|LKD|CSL|SMI|MSH)\d{3,4}", check.code)
    assert check.code not in RETIRED
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", check.name), "names are kebab-case"
    assert not check.name.startswith(("no-", "disallow-")), "a name reads after `allow`: it names what is wrong"


@each_check
def test_file_is_named_after_the_check(check: Analyzer) -> None:
    folder, stem = source(check).parent.name, source(check).stem
    own = words(stem)
    assert own & words(check.name), f"{stem} has no word of {check.name}"
    strange = {w for w in own if w not in words(check.name) | words(folder) and f"{w}s" not in words(check.name)}
    assert len(strange) <= 1, f"{folder}/{stem}.py is called after something else than {check.name}"


def test_one_file_a_check_and_one_check_a_file() -> None:
    files = sorted(f for f in (ROOT / "analyzers").rglob("*.py") if f.name != "__init__.py")
    assert sorted(source(check) for check in CHECKS) == files


def test_every_folder_of_fixtures_belongs_to_a_check() -> None:
    folders = {folder.name for folder in FIXTURES.iterdir() if re.match(r"[A-Z]+\d", folder.name)}
    assert folders == {f"{check.code}-{check.name}" for check in CHECKS}


@each_check
def test_fixtures_show_both_sides(check: Analyzer) -> None:
    names = [path.name for path in (FIXTURES / f"{check.code}-{check.name}").iterdir()]
    for kind in ("fail-", "pass-"):
        assert any(name.startswith(kind) for name in names), f"{check.code} {check.name} has no {kind}*.yaml"
    strange = [name for name in names if not name.startswith(("fail-", "pass-"))]
    assert not strange, "neither fail- nor pass-: never run"


def test_names_and_summaries_are_unique() -> None:
    for values in ([c.name for c in CHECKS], [c.summary for c in CHECKS]):
        twice = {value for value in values if values.count(value) > 1}
        assert not twice


@each_check
def test_documentation_is_whole(check: Analyzer) -> None:
    assert re.fullmatch(r"\S.*\.", check.summary), "the first line is one sentence"
    assert check.doc.strip().splitlines()[1:2] == [""], "an empty line follows the summary"
    found = re.findall(r"^(Why|Example|Fix|Silent when):", check.doc, re.MULTILINE)
    assert tuple(f"{heading}:" for heading in found) == HEADINGS


# Checks of the input itself are about text that is no YAML, or no manifest.
@pytest.mark.parametrize(
    "check", [c for c in CHECKS if not c.code.startswith("MSH00")], ids=lambda c: f"{c.code}-{c.name}"
)
def test_example_is_yaml(check: Analyzer) -> None:
    for document in yaml.safe_load_all(example(check)):
        assert isinstance(document, dict) and document, "an example shows fields"


def example(check: Analyzer) -> str:
    """The indented block under `Example:`, without its indentation."""
    block = check.doc.partition("Example:\n")[2].partition("\nFix:")[0]
    lines = [line for line in block.splitlines() if line.strip()]
    assert lines and all(line.startswith("    ") for line in lines), "the example is indented by four spaces"
    return "\n".join(line[4:] for line in lines) + "\n"


@each_check
def test_help_is_a_page_that_exists(check: Analyzer) -> None:
    if check.code.startswith("IST"):
        assert check.help_uri == f"https://istio.io/latest/docs/reference/config/analysis/{check.code.lower()}/"
    elif not check.code.startswith("KIA"):
        assert check.help_uri == "", "no page is invented"


def test_built_in_checks_come_through_the_entry_point() -> None:
    assert {check.module.partition(".")[0] for check in CHECKS} == {"meshctl_analyzers"}
