"""A broken document is one problem with a place and a sentence; the others are read."""

import io
from pathlib import Path

import pytest

from meshctl.sources.errors import InputError
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import InputProblem, Snapshot

GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n"


def read(tmp_path: Path, content: str | bytes, name: str = "in.yaml") -> Snapshot:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_files([str(file)])


def only_problem(snapshot: Snapshot) -> InputProblem:
    (problem,) = snapshot.problems
    return problem


BROKEN = [
    ("a: 'x\n\nb: 1\n", 1, 4, "quote that opens here is not closed"),
    ("a:\n\tb: 1", 2, 1, "tab"),
    ("a:\n  b: 1\n\tc: 2\n", 3, 1, "tab"),
    ("a: [1,2\nb: 3", 1, 4, "`[` is not closed"),
    ("a: {x: 1", 1, 4, "`{` is not closed"),
    ("a: b: c", 1, 5, "second `: `"),
    ("a: *x", 1, 4, "alias is not defined"),
    ("- a\nb: 1", 2, 1, "list item"),
    ("a: @x", 1, 4, "cannot begin with `@`"),
    ("a: %x", 1, 4, "cannot begin with `%`"),
    ('a: "\\q"', 1, 4, "backslash"),
    ("a: \x00", 1, 4, "NUL byte"),
    ("a: é\x07", 1, 5, "control character 0x07"),
    ("a: x\nkey\nb: 1", 3, 1, "no `:`"),
    ("a: - b", 1, 4, "line of its own"),
    ("%YAML 3.0\n---\na: 1", 1, 1, "%YAML"),
    ("{{- if .x }}\na: 1\n{{- end }}", 1, 3, "helm template"),
    ("a: " + "[" * 200_000 + "]" * 200_000, 1, 503, "nested more than 500"),
    ("{a: " * 200_000, 1, 2001, "nested more than 500"),
    ("- " * 100_000 + "x", 1, 1001, "nested more than 500"),
    ("-   ?   " * 100_000 + "x", 1, 2001, "nested more than 500"),
    ("".join(" " * i + "a:\n" for i in range(600)), 501, 501, "nested more than 500"),
    (
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{new}: &{new} [{','.join(['*' + old] * 10)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
        ),
        5,
        4,
        "aliases expand",
    ),
    ("a: &a [*a]", 1, 4, "contains itself"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), BROKEN, ids=[row[3] + row[0][:9] for row in BROKEN])
def test_a_broken_document_is_told_with_its_place(
    tmp_path: Path, text: str, line: int, column: int, words: str
) -> None:
    before = f"{GOOD}---\n" if not text.startswith("%") else ""
    snapshot = read(tmp_path, before + text + "\n---\n" + GOOD.replace("good", "after"))
    problem = only_problem(snapshot)
    assert problem.kind == "not-parsed"
    assert words in problem.message
    assert problem.message.endswith(".")
    shift = before.count("\n") if before else 0
    assert (problem.location.start_line, problem.location.start_column) == (line + shift, column)
    assert [unread.what for unread in snapshot.unread] == [f"{tmp_path}/in.yaml:{line + shift}"]
    assert [resource.id.name for resource in snapshot.resources] == (["good"] if before else []) + ["after"]


@pytest.mark.parametrize("text", ["a: " + "[" * 400 + "]" * 400, "a: '" + "[" * 100_000 + "'", "a: |\n  " + "{" * 9000])
def test_what_is_not_too_deep_is_read(tmp_path: Path, text: str) -> None:
    assert not read(tmp_path, GOOD + text).problems


def test_a_byte_that_is_not_utf8_costs_only_its_document(tmp_path: Path) -> None:
    snapshot = read(tmp_path, GOOD.encode() + b"---\nk\xc3\xa9y: \xff\n---\n" + GOOD.replace("good", "after").encode())
    problem = only_problem(snapshot)
    assert (problem.location.start_line, problem.location.start_column) == (5, 6)
    assert "0xff is not UTF-8" in problem.message
    assert len(snapshot.resources) == 2


def test_a_binary_file_is_one_problem(tmp_path: Path) -> None:
    snapshot = read(tmp_path, b"\x7fELF\0\0\xff\n---\n\xff")
    assert "binary" in only_problem(snapshot).message
    assert [unread.what for unread in snapshot.unread] == [f"{tmp_path}/in.yaml"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_read(tmp_path: Path, encoding: str) -> None:
    snapshot = read(tmp_path, ("\ufeff" + GOOD).encode(encoding))
    assert [resource.id.name for resource in snapshot.resources] == ["good"]


BROKEN_JSON = [
    ('{"a": 1,\n "b": }', 2, 7, "expecting value"),
    ('{"a": NaN}', 1, 1, "NaN"),
    ('{"a": 1e999}', 1, 1, "too large"),
    ('{"a":' * 600 + "1" + "}" * 600, 1, 1, "nested more than 500"),
    ('{"a":' * 100_000 + "1" + "}" * 100_000, 1, 1, "nested more than 500"),
    ("[1]", 1, 2, "not a mapping"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), BROKEN_JSON, ids=[row[3] for row in BROKEN_JSON])
def test_broken_json_is_told_with_its_place(tmp_path: Path, text: str, line: int, column: int, words: str) -> None:
    good = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"}}\n'
    snapshot = read(tmp_path, good % "one" + text + "\n" + good % "two", "in.json")
    problem = only_problem(snapshot)
    assert words in problem.message
    assert (problem.location.start_line, problem.location.start_column) == (line + 1, column)
    assert [resource.id.name for resource in snapshot.resources] == ["one", "two"]


NOT_RESOURCES = [
    ("a: 1", "no apiVersion and no kind"),
    ("apiVersion: v1", "no kind"),
    ("kind: Service", "no apiVersion"),
    ("apiVersion: 1\nkind: 2", "must be texts"),
    ("apiVersion: v1\nkind: Service\nmetadata: {}", "no metadata.name"),
    ("apiVersion: v1\nkind: Service\nmetadata: x", "no metadata.name"),
    ("apiVersion: v1\nkind: Service\nmetadata: {name: [x]}", "no metadata.name"),
    ("- a\n- b", "not a mapping"),
    ("just text", "not a mapping"),
]


@pytest.mark.parametrize(("text", "words"), NOT_RESOURCES, ids=[text for text, _ in NOT_RESOURCES])
def test_what_is_not_a_resource_is_told(tmp_path: Path, text: str, words: str) -> None:
    snapshot = read(tmp_path, f"{GOOD}---\n{text}\n")
    problem = only_problem(snapshot)
    assert problem.kind == "not-a-resource"
    assert words in problem.message
    assert problem.location.start_line == 5
    assert len(snapshot.unread) == 1


def test_a_missing_path_is_the_callers_mistake() -> None:
    with pytest.raises(InputError, match=r"no/such/file does not exist"):
        read_files(["no/such/file"])


def test_nothing_found_is_told_for_each_path(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "comments.yaml").write_text("# nothing\n---\n# here\n")
    snapshot = read_files([str(tmp_path / "empty"), str(tmp_path / "comments.yaml"), "-"], stdin=io.BytesIO())
    assert {problem.kind for problem in snapshot.problems} == {"no-resource"}
    assert len(snapshot.unread) == 3


def test_a_file_that_cannot_be_read_does_not_cost_the_others(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "good.yaml").write_text(GOOD)
    snapshot = read_files([str(tmp_path)])
    assert "cannot be read" in only_problem(snapshot).message
    assert len(snapshot.resources) == 1
    assert [unread.what for unread in snapshot.unread] == [f"{tmp_path}/loop.yaml"]


def test_an_empty_directory_beside_a_full_one_is_told(tmp_path: Path) -> None:
    full, empty = tmp_path / "full", tmp_path / "empty"
    full.mkdir()
    empty.mkdir()
    (full / "a.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")
    (empty / "notes.yaml").write_text("# nothing yet\n")
    snapshot = read_files([str(full), str(empty)])
    assert [r.id.name for r in snapshot.resources] == ["a"]
    assert [(p.kind, p.location.file) for p in snapshot.problems] == [("no-resource", str(empty))]
