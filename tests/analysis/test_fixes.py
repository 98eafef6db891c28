"""A fix changes its spot and nothing else, or nothing at all."""

from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from meshctl.analysis.fixes import FileFix, fixes
from meshctl.model.edit import Edit
from meshctl.model.finding import Finding
from meshctl.model.paths import Path as FieldPath
from meshctl.model.severity import Severity
from meshctl.sources.files import read_files
from meshctl.sources.parsing import parse
from meshctl.sources.positions import FileOrigin, SourceText
from meshctl.sources.snapshot import Snapshot
from meshctl.sources.splices import apply, splice

HEAD = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"


def fixed(file: Path, text: str, *edits: Edit) -> FileFix | None:
    file.write_bytes(text.encode())
    found = fixes(findings(read_files([str(file)]), *edits), read_files([str(file)]).resources)
    return found[0] if found else None


def findings(snapshot: Snapshot, *edits: Edit) -> list[Finding]:
    return [Finding("T", "t", Severity.ERROR, "x", snapshot.resources[0].id, edit=edit) for edit in edits]


def rename(*path: str | int, to: str) -> Edit:
    return Edit("rename", path, to)


def put(*path: str | int, to: str) -> Edit:
    return Edit("set", path, to)


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ("spec:\n  htp: [a]  # b\n", rename("spec", "htp", to="http"), "spec:\n  http: [a]  # b\n"),
        ("spec: {'htp' : 1}\n", rename("spec", "htp", to="http"), "spec: {'http' : 1}\n"),
        ('spec: {"htp":1}\n', rename("spec", "htp", to="http"), 'spec: {"http":1}\n'),
        ("spec:\n  ? htp\n  : 1\n", rename("spec", "htp", to="http"), "spec:\n  ? http\n  : 1\n"),
        ("spec:\n  a: rnd # c\n", put("spec", "a", to="ROUND"), "spec:\n  a: ROUND # c\n"),
        ("spec:\n  a: 'rnd'\n", put("spec", "a", to="it's"), "spec:\n  a: 'it''s'\n"),
        ("spec: {a: true}\n", put("spec", "a", to="true"), 'spec: {a: "true"}\n'),
        ("spec: {a: yes}\n", put("spec", "a", to="enabled"), "spec: {a: enabled}\n"),
        ("spec: {ä: [ö, rnd]}\n", put("spec", "ä", 1, to="x: y"), 'spec: {ä: [ö, "x: y"]}\n'),
        ("spec:\r\n  a: rnd\r\n", put("spec", "a", to="ok"), "spec:\r\n  a: ok\r\n"),
    ],
)
def test_the_spot_and_nothing_else(tmp_path: Path, before: str, edit: Edit, after: str) -> None:
    found = fixed(tmp_path / "a.yaml", HEAD + before + "---\n# rest\n", edit)
    assert found is not None
    assert (found.after, found.fixes) == (HEAD + after + ("---\n# rest\n"), 1)


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("spec: {htp: 1, http: 2}\n", rename("spec", "htp", to="http")),
        ("spec: {a: !!str 1}\n", put("spec", "a", to="c")),
        ("spec: {a: &x b}\n", put("spec", "a", to="c")),
        ("spec:\n  a: |\n    b\n", put("spec", "a", to="c")),
        ("spec: {a: 'b\n  c'}\n", put("spec", "a", to="c")),
        ("spec: {a: }\n", put("spec", "a", to="c")),
        ("spec: {a: [b]}\n", put("spec", "a", to="c")),
        ("spec: {a: &x b, c: *x}\n", put("spec", "a", to="d")),
        ("spec: {a: &x b, c: *x}\n", put("spec", "c", to="d")),
        ("base: &x {htp: 1}\nspec: {<<: *x}\n", rename("spec", "htp", to="http")),
        ("spec: {a: 1, a: 2}\n", put("spec", "a", to="c")),
        ("spec: {a: 1}\n", put("spec", "b", to="c")),
        ("spec: {a: 1}\n---\nb: [\n", put("spec", "a", to="c")),
    ],
)
def test_what_is_left_alone(tmp_path: Path, text: str, edit: Edit) -> None:
    assert fixed(tmp_path / "a.yaml", HEAD + text, edit) is None


def test_of_two_at_one_spot_the_first_is_made(tmp_path: Path) -> None:
    found = fixed(
        tmp_path / "a.yaml",
        HEAD + "spec: {a: 1, bb: 2}\n",
        put("spec", "a", to="x"),
        put("spec", "a", to="y"),
        rename("spec", "bb", to="c"),
    )
    assert found and (found.after, found.fixes) == (HEAD + "spec: {a: x, c: 2}\n", 2)


def test_one_that_cannot_be_made_takes_no_other_along(tmp_path: Path) -> None:
    edits = (rename("spec", "a", to="b"), rename("spec", "cc", to="d"), rename("spec", "a", to="e"))
    found = fixed(tmp_path / "a.yaml", HEAD + "spec: {a: 1, b: 2, cc: 3}\n", *edits)
    assert found and (found.after, found.fixes) == (HEAD + "spec: {a: 1, b: 2, d: 3}\n", 1)


def test_a_name_around_another_change(tmp_path: Path) -> None:
    edits = (rename("spec", "htp", to="http"), put("spec", "htp", 0, "a", to="b"))
    found = fixed(tmp_path / "a.yaml", HEAD + "spec: {htp: [{a: 1}]}\n", *edits)
    assert found and (found.after, found.fixes) == (HEAD + "spec: {http: [{a: b}]}\n", 2)


def test_items_of_a_list_and_json(tmp_path: Path) -> None:
    item = '{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"htp":"ä"}}'
    text = '{"kind":"List","apiVersion":"v1","items":[\n%s]}'
    found = fixed(tmp_path / "a.json", text % item, rename("spec", "htp", to="http"))
    assert found and found.after == text % item.replace("htp", "http")


def test_a_byte_order_mark_stays_and_other_encodings_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    text = HEAD + "spec: {htp: 1}\n"
    for encoding, expected in (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", None)):
        file.write_bytes(text.encode(encoding))
        snapshot = read_files([str(file)])
        found = fixes(findings(snapshot, rename("spec", "htp", to="http")), snapshot.resources)
        assert [one.content for one in found] == (
            [expected + text.replace("htp", "http").encode()] if expected is not None else []
        )


def test_a_file_that_has_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(HEAD + "spec: {htp: 1}\n")
    snapshot = read_files([str(file)])
    file.write_text(HEAD + "spec: {htp: 2}\n")
    assert fixes(findings(snapshot, rename("spec", "htp", to="http")), snapshot.resources) == ()


KEYS = st.sampled_from(["a", "bb", "ccc", "ä", "d e"])
SCALARS = st.one_of(st.text("ab:# '\"ä\\", max_size=6), st.integers(-5, 5), st.booleans(), st.none())
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


def places(value: object, path: FieldPath = ()) -> list[FieldPath]:
    """The paths of all scalars, and of all that is in mappings."""
    found = [path] if path else []
    if isinstance(value, dict):
        return found + [p for key, item in value.items() for p in places(item, (*path, key))]
    if isinstance(value, list):
        return found + [p for i, item in enumerate(value) for p in places(item, (*path, i))]
    return found


@settings(max_examples=150, deadline=None)
@for_all(st.data())
def test_whatever_the_document_only_the_spot_changes(data: st.DataObject) -> None:
    """The new text differs in one stretch, and reads as the old one but for the edit."""
    import yaml

    spec = data.draw(st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
    flow = data.draw(st.sampled_from([True, False, None]))
    style = data.draw(st.sampled_from([None, '"', "'"]))
    text = HEAD + yaml.dump({"spec": spec}, default_flow_style=flow, default_style=style, allow_unicode=True)
    text += "# the end\n"
    path = data.draw(st.sampled_from(places({"spec": spec})))
    edit = Edit(
        data.draw(st.sampled_from(["rename", "set"])), path, data.draw(st.sampled_from(["new", "true", "x: 'y'"]))
    )
    source = SourceText("a.yaml", text.encode())
    (document,) = parse(source.data)
    resource = read_like(document.value, FileOrigin(source, document.start, document.end, document.line))
    one = splice(resource, edit)
    if one is None:
        return
    after, made = apply([one])
    if not made:
        assert after == source.data
        return
    assert after.startswith(source.data[: one.start]) and after.endswith(source.data[one.end :])
    (changed,) = parse(after)
    holder, wanted = changed.value, document.value
    for part in path[:-1]:
        holder, wanted = holder[part], wanted[part]
    if edit.kind == "set":
        assert holder[path[-1]] == edit.text
        holder[path[-1]] = wanted[path[-1]]
    else:
        assert path[-1] not in holder
        holder[path[-1]] = holder.pop(edit.text)
    assert changed.value == document.value


def read_like(value: dict[str, object], origin: FileOrigin):  # type: ignore[no-untyped-def]
    from meshctl.model.ids import ResourceId
    from meshctl.model.resource import Resource

    return Resource(ResourceId("", "", "Service", "shop", "web"), "v1", value, origin)
