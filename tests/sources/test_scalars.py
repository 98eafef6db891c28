"""Values are what kubectl reads; each row was read by kubectl itself."""

import json
from typing import Any

import pytest

from meshctl.sources.parsing import parse, to_utf8

READ: list[tuple[str, Any]] = [
    ("%YAML 1.1\n---\na: yes", {"a": True}),
    ("a: +1", {"a": 1}),
    ("a: .5", {"a": 0.5}),
    ("a: .5_0", {"a": 0.5}),
    ("a: 1.", {"a": 1}),
    ("a: 010", {"a": 8}),
    ("a: 08", {"a": 8}),
    ("a: 0_8", {"a": 8}),
    ("a: 0o8", {"a": "0o8"}),
    ("a: 0b11", {"a": 3}),
    ("a: -0b11", {"a": -3}),
    ("a: 0B11", {"a": 3}),
    ("a: 0b12", {"a": "0b12"}),
    ("a: 0o10", {"a": 8}),
    ("a: 0O7", {"a": 7}),
    ("a: 0o", {"a": "0o"}),
    ("a: 0x1F", {"a": 31}),
    ("a: 0X1f", {"a": 31}),
    ("a: -0x1F", {"a": -31}),
    ("a: 0x", {"a": "0x"}),
    ("a: 0x1p4", {"a": "0x1p4"}),
    ("a: 1.10", {"a": 1.1}),
    ("a: 1.5e3", {"a": 1500}),
    ("a: 1e3", {"a": 1000}),
    ("a: 1e400", {"a": "1e400"}),
    ("a: .e5", {"a": ".e5"}),
    ("a: ...5", {"a": "...5"}),
    ("a: -0.0", {"a": 0}),
    ("a: 1:30", {"a": "1:30"}),
    ("a: 1_000", {"a": 1000}),
    ("a: 1__0", {"a": 10}),
    ("a: +", {"a": "+"}),
    ("a: 123456789012345678901", {"a": 123456789012345678901.0}),
    ("a: 18446744073709551615", {"a": 18446744073709551615.0}),
    ("a: 9223372036854775807", {"a": 9223372036854775807}),
    ("a: NULL", {"a": None}),
    ("a: ~", {"a": None}),
    ("a:", {"a": None}),
    ("a: Off", {"a": False}),
    ("a: True", {"a": True}),
    ("a: on", {"a": True}),
    ("a: y", {"a": True}),
    ("a: n", {"a": False}),
    ("a: yes", {"a": True}),
    ("a: =", {"a": "="}),
    ("a: <<", {"a": "<<"}),
    ('a: "*"', {"a": "*"}),
    ("a: foo:bar", {"a": "foo:bar"}),
    ("a: 1 # c", {"a": 1}),
    ("a: 2026-01-02", {"a": "2026-01-02"}),
    ("a: 2026-01-02T03:04:05Z", {"a": "2026-01-02T03:04:05Z"}),
    ("a: \U0001f600", {"a": "\U0001f600"}),
    ("a: x y", {"a": "x y"}),
    ("a: >-\n  x\n  y\n", {"a": "x y"}),
    ('a: "x\\u00e9\\n"', {"a": "xé\n"}),
    ("\ufeffa: 1", {"a": 1}),
    ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
    ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
    ("a: !!binary aGk=", {"a": "hi"}),
    ("a: !!binary aGkK/w==", {"a": "hi\n\ufffd"}),
    ("a: !!str 12", {"a": "12"}),
    ("a: !!float 1", {"a": 1}),
    ("a: !!timestamp 2020-01-01", {"a": "2020-01-01"}),
    ('a: !!bool y\nb: !!null ""\nc: !!str\nd: !!seq [1]', {"a": True, "b": None, "c": "", "d": [1]}),
    ("a: !foo bar", {"a": "bar"}),
    ("a: !foo 12\nb: !foo {x: 12}", {"a": "12", "b": {"x": 12}}),
    ("a: !!python/object/apply:os.system [id]", {"a": ["id"]}),
    ("a: !!set {x, y}", {"a": {"x": None, "true": None}}),
    ("a: {yes: 1}", {"a": {"true": 1}}),
    ("a: {1: x}", {"a": {"1": "x"}}),
    ("1.5: a\n1e3: b\n1e7: c", {"1.5": "a", "1000": "b", "1e+07": "c"}),
    ("on: x", {"true": "x"}),
    ('"on": x', {"on": "x"}),
    ("a: 1\na: 2", {"a": 2}),
    ("b: &x {c: 1}\na: {<<: *x, d: 2}", {"b": {"c": 1}, "a": {"c": 1, "d": 2}}),
    ("a: {<<: {x: 1}, x: 2}", {"a": {"x": 2}}),
    ("a: {x: 2, <<: {x: 1}}", {"a": {"x": 1}}),
    ("a: {<<: [{x: 1}, {x: 2, z: 3}]}", {"a": {"x": 1, "z": 3}}),
    ('a: {"<<": 1}', {"a": {"<<": 1}}),
]

REJECTED = [
    "a: .inf",
    "a: [-.Inf]",
    "a: .nan",
    "a:\n\tb: 1",
    "~: 1",
    "? [a]\n: 1",
    "a: {{ x }}",
    "a: !!int x",
    "a: !!binary '*'",
    "a: {<<: 3}",
    "a: {<<: [{x: 1}, [{y: 2}]]}",
    "a: &a [*a]",
    "a: *b",
]


def exactly(value: Any) -> str:
    """1, 1.0 and True are equal in Python, not in JSON."""
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize(("text", "value"), READ, ids=[text for text, _ in READ])
def test_a_value_is_what_kubectl_reads(text: str, value: Any) -> None:
    (document,) = parse(to_utf8(text.encode()))
    assert document.error is None
    assert exactly(document.value) == exactly(value)


@pytest.mark.parametrize(("text", "value"), READ, ids=[text for text, _ in READ])
def test_an_anchor_beside_it_changes_nothing(text: str, value: Any) -> None:
    """Documents with an anchor take another way through the code."""
    if text.startswith("%"):
        return
    (document,) = parse(to_utf8((text + "\nother: &anchor 1\n").encode()))
    assert exactly(document.value) == exactly({**value, "other": 1})


@pytest.mark.parametrize("text", REJECTED)
def test_what_kubectl_rejects_is_an_error_with_a_place(text: str) -> None:
    (document,) = parse(text.encode())
    assert document.value is None
    assert document.error is not None
    sentence, line, column = document.error
    assert sentence[0].isupper() or sentence[0] in "`.-"
    assert (line, column) >= (1, 1)


def test_equal_scalars_of_many_documents_are_one_object() -> None:
    first, second = parse(b"a: some-longer-text\n---\nb: some-longer-text\n")
    assert first.value["a"] is second.value["b"]
