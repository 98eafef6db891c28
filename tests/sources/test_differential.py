"""Generated trees: the same value as PyYAML's own loader, and every field found where it stands."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from meshctl.model.paths import Path
from meshctl.sources.documents import Document
from meshctl.sources.parsing import parse
from meshctl.sources.positions import FileOrigin, SourceText

# Words that PyYAML quotes for itself are read alike; so is every text it leaves plain, but for dates and y/n.
texts = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff\u2028\u2029\x85"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | texts.filter(lambda text: text not in ("y", "Y", "n", "N") and not _number_for_go(text))
)
keys = st.from_regex(r"[a-z]{3,8}(/[a-z.]{3,9})?", fullmatch=True).filter(
    lambda key: key not in {"yes", "true", "off", "null", "false"}
)
trees = st.recursive(
    scalars, lambda below: st.lists(below, max_size=4) | st.dictionaries(keys, below, max_size=4), max_leaves=25
)


def _number_for_go(text: str) -> bool:
    """Forms such as 1e3, 0o7 and 08, which PyYAML writes without quotes because it takes them for text."""
    return text[:1] in tuple("+-.0123456789")


def leaves(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        return [leaf for key, below in value.items() for leaf in leaves(below, (*path, key))]
    if isinstance(value, list) and value:
        return [leaf for index, below in enumerate(value) for leaf in leaves(below, (*path, index))]
    return [(path, value)]


def the_document(text: str) -> tuple[Document, SourceText]:
    source = SourceText("x.yaml", text.encode())
    (document,) = parse(source.data)
    return document, source


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.dictionaries(keys, trees, min_size=1, max_size=5), st.booleans(), st.booleans())
def test_a_dumped_tree_is_read_as_pyyaml_reads_it(tree: dict[str, Any], flow: bool, plain: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=plain, sort_keys=False)
    document, _ = the_document(text)
    assert document.error is None
    assert document.value == yaml.load(text, yaml.CSafeLoader) == tree


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.dictionaries(keys, trees, min_size=1, max_size=5), st.booleans())
def test_every_leaf_is_found_where_it_stands(tree: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True, sort_keys=False, width=10_000)
    document, source = the_document(text)
    origin = FileOrigin(source, document.start, document.end, document.line)
    lines = text.split("\n")
    for path, value in leaves(tree):
        place = origin.locate(path)
        assert place is not None
        assert place.source == lines[place.start_line - 1]
        if place.start_line == place.end_line and isinstance(value, int | str) and not place.source.endswith("|-"):
            marked = place.source[place.start_column - 1 : place.end_column - 1]
            assert yaml.load(f"a: {marked}", yaml.CSafeLoader)["a"] == value


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text("abc:-#'\"[]{}&*!|>%@`\n \t,?0", max_size=60))
def test_no_text_whatever_makes_it_crash(text: str) -> None:
    source = SourceText("x.yaml", text.encode())
    for document in parse(source.data):
        origin = FileOrigin(source, document.start, document.end, document.line, document.root)
        assert origin.locate(()) is not None
        assert origin.locate(("a", 0, "b"), key=True) is not None
        if document.error:
            assert document.error[1] <= text.count("\n") + 1


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=80))
def test_no_bytes_whatever_make_it_crash(data: bytes) -> None:
    parse(data)
    parse(data, json=True)
    parse(b"{" + data)
