"""Comments that speak to meshctl are found where they are comments, and nowhere else."""

import pytest

from meshctl.sources.positions import SourceText
from meshctl.sources.remarks import Remark, remarks


def found(text: str) -> list[Remark]:
    return list(remarks(SourceText("mesh.yaml", text.encode())))


def lines(text: str) -> list[tuple[str, int, int]]:
    """Text, own line and the line that it is about."""
    return [(remark.text, remark.place.start_line, remark.line) for remark in found(text)]


def test_at_the_end_of_a_line_and_above_one() -> None:
    text = "a: 1  # meshctl: ignore[A1] so\n# meshctl:ignore[A2]\n\n# other\nb: 2\n#meshctl: ignore[A3]\n"
    assert lines(text) == [("ignore[A1] so", 1, 1), ("ignore[A2]", 2, 5), ("ignore[A3]", 6, 6)]


@pytest.mark.parametrize(
    "text",
    [
        'a: "# meshctl: x"\n',
        "a: 'one\n  # meshctl: x\n  two'\n",
        "a: |\n  # meshctl: x\nb: 1\n",
        "a: >-\n  text\n  # meshctl: x\n",
        "a: b#meshctl:x\n",
        '{"a": "# meshctl: x"}\n',
        "# about meshctl: x\n",
        "a: [  # meshctl: x\n",
    ],
)
def test_what_is_none(text: str) -> None:
    assert found(text) == []


def test_behind_the_mark_of_a_block_text_and_below_it() -> None:
    assert lines("a: |  # meshctl: x\n  text\n# meshctl: y\nb: 1\n") == [("x", 1, 1), ("y", 3, 4)]


def test_the_place_counts_characters() -> None:
    (remark,) = found("---\nä: ö  # meshctl: ignore[A1] grün \n")
    place = remark.place
    assert (place.file, place.start_line, place.start_column, place.end_column) == ("mesh.yaml", 2, 7, 33)
    assert place.source == "ä: ö  # meshctl: ignore[A1] grün "


def test_documents_and_their_heads() -> None:
    text = "# meshctl: one\na: 1\n---\n# meshctl: two\nb: 2\n# meshctl: three\n---  # meshctl: four\n\nc: 3\n"
    assert [(r.text, r.document, r.heads) for r in found(text)] == [
        ("one", (1, 2), True),
        ("two", (3, 6), True),
        ("three", (3, 6), False),
        ("four", (7, 9), True),
    ]


def test_comments_above_the_first_mark_head_the_document_below() -> None:
    assert [(r.text, r.line, r.document, r.heads) for r in found("# meshctl: x\n---\na: 1\n---\nb: 2\n")] == [
        ("x", 3, (2, 3), True)
    ]


def test_a_document_with_an_error_takes_no_other_along() -> None:
    assert lines("a: [\n# meshctl: x\n---\nb: 1  # meshctl: y\n") == [("y", 4, 4)]


def test_windows_line_breaks() -> None:
    assert lines("a: 1  # meshctl: x\r\n# meshctl: y\r\nb: 2\r\n") == [("x", 1, 1), ("y", 2, 3)]
