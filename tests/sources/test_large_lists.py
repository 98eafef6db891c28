"""A large list gives the same resources, places and problems as a small one."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from meshctl.sources import jsontext, parsing
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot

ITEMS: list[Any] = [
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"é{i}"}, "spec": {"x": [i, {"y": "- a\n- b"}]}}
    for i in range(4)
] + ["not a mapping", {"kind": "List", "apiVersion": "v1", "items": [{"kind": "Pod", "metadata": {"name": "no"}}]}]


def facts(snapshot: Snapshot) -> tuple[object, ...]:
    places = [
        [r.locate(path) for path in ((), ("metadata", "name"), ("spec", "x", 1, "y"), ("spec", "none"))]
        for r in snapshot.resources
    ]
    return snapshot.resources, [r.data for r in snapshot.resources], places, snapshot.problems, snapshot.unread


def both_ways(file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    whole = facts(read_files([str(file)]))
    for module in (parsing, jsontext):
        monkeypatch.setattr(module, "LARGE", 0)
    assert facts(read_files([str(file)])) == whole
    return whole


@pytest.mark.parametrize("kind", ["List", "ServiceList", "Something"])
@pytest.mark.parametrize("indent", [None, 2])
def test_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, indent: int | None) -> None:
    file = tmp_path / "in.json"
    file.write_text(json.dumps({"apiVersion": "v1", "items": ITEMS, "kind": kind}, indent=indent, ensure_ascii=False))
    resources = both_ways(file, monkeypatch)[0]
    assert resources or kind == "Something"


@pytest.mark.parametrize("kind", ["List", "ServiceList", "Something"])
@pytest.mark.parametrize("sort", [True, False])
def test_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, sort: bool) -> None:
    value = {"kind": kind, "items": ITEMS, "apiVersion": "v1", "metadata": {"resourceVersion": ""}}
    text = yaml.safe_dump(value, sort_keys=sort, allow_unicode=True)
    file = tmp_path / "in.yaml"
    file.write_text(f"# first\n---\n{text}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: after}}\n")
    assert both_ways(file, monkeypatch)[0]


ODD = [
    "kind: List\napiVersion: v1\nitems:\n- &a {kind: Pod, apiVersion: v1, metadata: {name: a}}\n- *a\n",
    "kind: List\napiVersion: v1\nitems:\n- {kind: Pod, apiVersion: v1, metadata: {name: 'a\n- b'}}\n",
    "kind: List\napiVersion: v1\nitems:\n- a: [\n",
    "kind: List\napiVersion: v1\nitems:\n",
    "kind: List\napiVersion: v1\nitems: []\n",
    "kind: List\napiVersion: v1\nitems:\n# none\n-\n  kind: Pod\n  apiVersion: v1\n  metadata: {name: a, name: b}\n-\n",
    "kind: List\napiVersion: v1\nitems:\n- {kind: Pod, apiVersion: v1, metadata: {name: a}}\n-b: 1\n",
    "kind: List\napiVersion: v1\nkind: List\nitems:\n- {kind: Pod, apiVersion: v1, metadata: {name: a}}\n",
    "kind: List\napiVersion: v1\nitems:\n- {kind: Pod, apiVersion: v1, metadata: {name: a}}\nitems:\n- 1\n",
    "spec: |\n  x\n"
    "items:\n- kind: Pod\n  apiVersion: v1\n  metadata: {name: a}\n  s: |\n    - x\n   \napiVersion: v1\nkind: PodList",
]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_odd_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, ends: str) -> None:
    (tmp_path / "in.yaml").write_bytes(text.replace("\n", ends).encode())
    both_ways(tmp_path / "in.yaml", monkeypatch)


def test_a_json_key_given_twice_is_told_in_its_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pod = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "name": "b"}}'
    (tmp_path / "in.json").write_text(f'{{"kind": "List", "apiVersion": "v1", "items": [{pod}]}}')
    both_ways(tmp_path / "in.json", monkeypatch)
