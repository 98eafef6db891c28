"""A finding is the same finding as long as it is about the same thing, wherever that stands."""

from pathlib import Path

import pytest

from meshctl.analysis.analyzer import Claim
from meshctl.analysis.registry import load
from meshctl.analysis.runner import run
from meshctl.graph.view import View
from meshctl.model.paths import Path as FieldPath
from tests.analysis.given import about_each_service, given, service

DOCUMENTS = [a for a in load() if a.subject == "hygiene"]


def prints(
    folder: Path,
    text: str,
    path: FieldPath = ("spec", "ports", 0, "port"),
    *,
    file: str = "given.yaml",
    message: str = "x",
    code: str = "TST100",
    name: str = "service-odd",
    key: tuple[str, ...] = (),
) -> set[str]:
    def build(view: View) -> Claim:
        return Claim(view, path, message, key=key)

    return {
        f.fingerprint for f in run(given(folder, text, file=file), [about_each_service(build, code, name)]).findings
    }


def test_lines_file_names_and_wording_do_not_count(tmp_path: Path) -> None:
    (original,) = prints(tmp_path, service())
    assert prints(tmp_path, "# moved\n\n" + service()) == {original}
    assert prints(tmp_path, service(), file="renamed.yaml") == {original}
    assert prints(tmp_path, service(), message="better said") == {original}
    assert prints(
        tmp_path, service().replace("apiVersion: v1\nkind: Service\n", "kind: Service\napiVersion: v1\n")
    ) == {original}


def test_an_item_inserted_above_does_not_count(tmp_path: Path) -> None:
    before = prints(tmp_path, service())
    longer = service().replace("  ports:\n", "  ports:\n  - name: first\n    port: 1\n")
    assert prints(tmp_path, longer, ("spec", "ports", 1, "port")) == before
    assert prints(tmp_path, longer, ("spec", "ports", 0, "port")) != before


def test_a_text_in_a_list_is_its_own_name(tmp_path: Path) -> None:
    one = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {externalIPs: [%s]}\n"
    before = prints(tmp_path, one % "10.0.0.1", ("spec", "externalIPs", 0))
    assert prints(tmp_path, one % "10.0.0.9, 10.0.0.1", ("spec", "externalIPs", 1)) == before
    assert prints(tmp_path, one % "10.0.0.9, 10.0.0.1", ("spec", "externalIPs", 0)) != before


def test_items_without_name_are_to_be_counted(tmp_path: Path) -> None:
    text = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {odd: [{a: 1, b: 2}, {a: 1}]}\n"
    )
    assert prints(tmp_path, text, ("spec", "odd", 0, "a")) == prints(tmp_path, text, ("spec", "odd", 1, "a"))
    assert prints(tmp_path, text, ("spec", "odd", 0, "a")) != prints(tmp_path, text, ("spec", "odd", 0, "b"))


def test_a_field_that_is_not_there_has_a_fingerprint(tmp_path: Path) -> None:
    there = prints(tmp_path, service(), ("spec", "ports", 0))
    assert prints(tmp_path, service(), ("spec", "ports", 7, "x", 0)) not in (set(), there)


@pytest.mark.parametrize(
    "other",
    [
        {"text": service("other")},
        {"text": service("web", "elsewhere")},
        {"path": ("spec", "ports", 1, "port")},
        {"path": ("spec", "ports", 0, "name")},
        {"code": "TST101"},
        {"name": "service-strange"},
        {"key": ("one",)},
        {"key": ("two",)},
    ],
    ids=str,
)
def test_another_resource_field_or_check_is_another_finding(tmp_path: Path, other: dict[str, object]) -> None:
    assert prints(tmp_path, **{"text": service(), **other}) != prints(tmp_path, service())  # type: ignore[arg-type]


def test_the_version_is_no_part_of_identity(tmp_path: Path) -> None:
    assert prints(tmp_path, service().replace("apiVersion: v1", "apiVersion: v2")) == prints(tmp_path, service())


def documents(folder: Path, text: str, file: str = "given.yaml") -> dict[str, str]:
    return {f.fingerprint: f.message for f in run(given(folder, text, file=file), DOCUMENTS).findings}


TWICE = """apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: shop}
data: {}
data: {page: one}
"""


def test_mistakes_of_the_text_are_stable_where_a_resource_is_known(tmp_path: Path) -> None:
    text = TWICE + "---\n" + TWICE
    before = documents(tmp_path, text)
    moved = documents(tmp_path, "# moved\n" + text, "renamed.yaml")
    assert len(before) == 2 and before.keys() == moved.keys()
    assert set(before.values()) != set(moved.values()), "the messages name lines"


def test_mistakes_of_the_text_of_two_files_differ(tmp_path: Path) -> None:
    assert documents(tmp_path, "a: [", "a.yaml").keys() != documents(tmp_path, "a: [", "b.yaml").keys()
