"""Every path leads to the right line and columns."""

import json
from pathlib import Path

import pytest

from meshctl.model.location import Location
from meshctl.model.paths import Path as FieldPath
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot

SERVICE = """\
# a comment
apiVersion: v1
kind: Service
metadata:
  name: "web"   # quoted
  labels: {app: web, tier: [a, b]}
  annotations:
    text: |
      one
      two
    folded: "one
      two"
spec:
  selector:
    app.kubernetes.io/name: wéb
  empty:
  ports:
  - name: http
    port: 80
  -
    name: grpc
  externalIPs:
    - 1.2.3.4
"""


def read(tmp_path: Path, content: str | bytes, name: str = "in.yaml") -> Snapshot:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_files([str(tmp_path / name)])


def place(snapshot: Snapshot, index: int, path: FieldPath, key: bool = False) -> Location:
    found = snapshot.resources[index].locate(path, key=key)
    assert found is not None
    return found


def marked(location: Location) -> str:
    """Line and marked text."""
    text = location.source[location.start_column - 1 : location.end_column - 1]
    return f"{location.start_line}: {text}" if location.end_line == location.start_line else f"{location.start_line}+"


CASES: list[tuple[FieldPath, bool, str]] = [
    ((), False, "2: apiVersion"),
    (("kind",), False, "3: Service"),
    (("kind",), True, "3: kind"),
    (("metadata", "name"), False, '5: "web"'),
    (("metadata", "labels"), False, "6: {app: web, tier: [a, b]}"),
    (("metadata", "labels"), True, "6: labels"),
    (("metadata", "labels", "app"), False, "6: web"),
    (("metadata", "labels", "tier", 1), False, "6: b"),
    (("metadata", "annotations"), False, "7: annotations"),
    (("metadata", "annotations", "text"), False, "8: |"),
    (("metadata", "annotations", "folded"), False, "11+"),
    (("metadata", "namespace"), False, "4: metadata"),
    (("spec", "selector", "app.kubernetes.io/name"), False, "15: wéb"),
    (("spec", "selector", "app.kubernetes.io/name"), True, "15: app.kubernetes.io/name"),
    (("spec", "empty"), False, "16: empty"),
    (("spec", "empty", "below", 3), False, "16: empty"),
    (("spec", "ports"), False, "17: ports"),
    (("spec", "ports", 0), False, "18: name"),
    (("spec", "ports", 0, "port"), False, "19: 80"),
    (("spec", "ports", 1), False, "21: name"),
    (("spec", "ports", 1, "name"), True, "21: name"),
    (("spec", "ports", 7, "name"), False, "17: ports"),
    (("spec", "externalIPs", 0), False, "23: 1.2.3.4"),
    (("spec", "externalIPs", 0, "deeper"), False, "23: 1.2.3.4"),
]
IDS = [f"{path} {key}" for path, key, _ in CASES]


@pytest.mark.parametrize(("path", "key", "expected"), CASES, ids=IDS)
def test_a_field_is_marked(tmp_path: Path, path: FieldPath, key: bool, expected: str) -> None:
    snapshot = read(tmp_path, SERVICE)
    assert marked(place(snapshot, 0, path, key)) == expected
    assert place(snapshot, 0, path).file == f"{tmp_path}/in.yaml"


@pytest.mark.parametrize(("path", "key", "expected"), CASES, ids=IDS)
def test_a_field_of_a_later_document_is_marked(tmp_path: Path, path: FieldPath, key: bool, expected: str) -> None:
    first = "\ufeff---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: é}\n--- # next\n"
    snapshot = read(tmp_path, (first + SERVICE).replace("\n", "\r\n"))
    line, _, text = expected.partition(":")
    shifted = f"{int(line) + 5}:{text}" if text else f"{int(line.rstrip('+')) + 5}+"
    found = place(snapshot, 1, path, key)
    assert marked(found) == shifted
    assert not found.source.endswith("\r")


ITEMS = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata:
    name: one
- {apiVersion: v1, kind: Service, metadata: {name: two}}
"""


def test_items_of_a_list_have_their_own_places(tmp_path: Path) -> None:
    snapshot = read(tmp_path, ITEMS)
    assert marked(place(snapshot, 0, ())) == "4: apiVersion"
    assert marked(place(snapshot, 0, ("metadata", "name"))) == "7: one"
    assert marked(place(snapshot, 1, ("metadata", "name"))) == "8: two"
    assert marked(place(snapshot, 1, ("spec",))) == "8: apiVersion"


ALIASES = """\
apiVersion: v1
kind: Service
metadata: &meta
  name: web
spec:
  base: &base
    a: 1
    b: 2
  copy: *base
  merged:
    <<: *base
    b: 3
    c: {<<: [{d: 4}, {d: 5, e: 6}]}
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("spec", "base", "a"), "7: 1"),
        (("spec", "copy", "b"), "8: 2"),
        (("spec", "copy"), "9: copy"),
        (("spec", "merged", "a"), "7: 1"),
        (("spec", "merged", "b"), "12: 3"),
        (("spec", "merged", "c", "d"), "13: 4"),
        (("spec", "merged", "c", "e"), "13: 6"),
    ],
)
def test_aliases_and_merges_lead_to_where_the_value_stands(tmp_path: Path, path: FieldPath, expected: str) -> None:
    assert marked(place(read(tmp_path, ALIASES), 0, path)) == expected


def test_the_last_of_equal_keys_is_marked(tmp_path: Path) -> None:
    snapshot = read(tmp_path, "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  type: A\n  type: B\n")
    assert marked(place(snapshot, 0, ("spec", "type"))) == "6: B"


@pytest.mark.parametrize("name", ["in.json", "in.yaml"])
@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_has_places(tmp_path: Path, name: str, indent: int | str | None) -> None:
    objects = [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": each}, "spec": {"clusterIP": "é"}}
        for each in ("one", "two")
    ]
    text = "".join(json.dumps(each, indent=indent, ensure_ascii=False) + "\n" for each in objects)
    snapshot = read(tmp_path, text, name)
    lines = text.split("\n")
    assert not snapshot.problems
    for index, each in enumerate(("one", "two")):
        found = place(snapshot, index, ("metadata", "name"))
        assert found.source == lines[found.start_line - 1]
        if indent != "\t":  # YAML, which finds the places, knows no tabs.
            assert found.source[found.start_column - 1 : found.end_column - 1] == f'"{each}"'


def test_two_json_objects_on_one_line_have_their_own_columns(tmp_path: Path) -> None:
    one = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "é"}}'
    snapshot = read(tmp_path, f"{one} {one.replace('é', 'b')}", "in.json")
    assert marked(place(snapshot, 1, ("metadata", "name"))) == '1: "b"'


def test_a_very_long_line_is_not_kept(tmp_path: Path) -> None:
    snapshot = read(tmp_path, f"apiVersion: v1\nkind: Service\nmetadata: {{name: web, x: {'y' * 5000}}}\n")
    assert place(snapshot, 0, ("metadata", "name")).source == ""
