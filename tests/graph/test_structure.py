"""Shapes out of field lists and schemas, what does not fit them, and what was meant."""

from typing import Any

import pytest

from meshctl.graph.structure.hints import documented, home, resembling, similar
from meshctl.graph.structure.misfit import Flaw, misfits
from meshctl.graph.structure.notation import FieldLists
from meshctl.graph.structure.schema import shape_of
from meshctl.graph.structure.shape import ANY, Shape
from meshctl.model.ids import KindKey

LISTS = FieldLists(
    """# A comment is a block of its own.

Root
  name: text
  count: integer
  share: number
  on: boolean
  colour: RED | GREEN
  code: 301 | 302
  parts: [Part]
  tags: {text}
  by: {Part}
  open: {any}
  free: any
  more: [{[integer]}]

Part
  name: text
  depth: integer
"""
)
ROOT = LISTS.block("Root")


def flaws(value: Any, shape: Shape = ROOT) -> list[tuple[Flaw, tuple[str | int, ...]]]:
    return [(misfit.flaw, misfit.path) for misfit in misfits(value, shape)]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"name": "", "count": 0, "share": 1, "on": False, "colour": "RED", "code": 302},
        {"share": 0.5, "count": 3.0},
        {"name": None, "parts": None, "tags": {"a": None}},
        {"parts": [], "tags": {}, "by": {"x": {}}, "more": [{"a": [1]}]},
        {"open": {"a": 1, "b": [None]}, "free": [1, {"x": None}]},
        {"free": None},
    ],
)
def test_fits(value: Any) -> None:
    assert flaws(value) == []


@pytest.mark.parametrize(
    ("value", "flaw", "path"),
    [
        ([], Flaw.WRONG_TYPE, ()),
        ({"name": 1}, Flaw.WRONG_TYPE, ("name",)),
        ({"name": True}, Flaw.WRONG_TYPE, ("name",)),
        ({"count": True}, Flaw.WRONG_TYPE, ("count",)),
        ({"count": 1.5}, Flaw.WRONG_TYPE, ("count",)),
        ({"count": "1"}, Flaw.WRONG_TYPE, ("count",)),
        ({"on": 1}, Flaw.WRONG_TYPE, ("on",)),
        ({"parts": {}}, Flaw.WRONG_TYPE, ("parts",)),
        ({"parts": [None]}, Flaw.WRONG_TYPE, ("parts", 0)),
        ({"parts": [{}, {"depth": []}]}, Flaw.WRONG_TYPE, ("parts", 1, "depth")),
        ({"tags": {"a.b/c": 1}}, Flaw.WRONG_TYPE, ("tags", "a.b/c")),
        ({"open": []}, Flaw.WRONG_TYPE, ("open",)),
        ({"more": [{}, {"a": [1, "x"]}]}, Flaw.WRONG_TYPE, ("more", 1, "a", 1)),
        ({"colour": "red"}, Flaw.UNKNOWN_VALUE, ("colour",)),
        ({"code": 303}, Flaw.UNKNOWN_VALUE, ("code",)),
        ({"code": "302"}, Flaw.WRONG_TYPE, ("code",)),
        ({"nam": "x"}, Flaw.UNKNOWN_FIELD, ("nam",)),
        ({"nam": None}, Flaw.UNKNOWN_FIELD, ("nam",)),
        ({"by": {"x": {"y": {"z": 1}}}}, Flaw.UNKNOWN_FIELD, ("by", "x", "y")),
    ],
)
def test_does_not_fit(value: Any, flaw: Flaw, path: tuple[str | int, ...]) -> None:
    assert flaws(value) == [(flaw, path)]


def test_several_misfits_come_in_document_order() -> None:
    value = {"parts": [{"x": 1}, 7], "count": "a", "colour": "B"}
    assert [path for _, path in flaws(value)] == [("parts", 0, "x"), ("parts", 1), ("count",), ("colour",)]


def test_a_block_without_definition_is_a_mistake_in_the_lists() -> None:
    with pytest.raises(KeyError):
        FieldLists("Root\n  part: Absent").block("Root")


def test_words() -> None:
    assert ROOT.fields["share"].words == "a number"
    assert ROOT.fields["parts"].words == "a list"
    assert shape_of({"x-kubernetes-int-or-string": True}).words == "a string or a whole number"


class TestSchema:
    def test_no_type_takes_anything(self) -> None:
        assert shape_of({}) is ANY
        assert shape_of(None) is ANY
        assert shape_of({"x-kubernetes-preserve-unknown-fields": True}) is ANY

    def test_object_without_properties_has_no_field(self) -> None:
        assert flaws({"a": 1}, shape_of({"type": "object"})) == [(Flaw.UNKNOWN_FIELD, ("a",))]

    @pytest.mark.parametrize("more", [{"additionalProperties": True}, {"x-kubernetes-preserve-unknown-fields": True}])
    def test_unknown_fields_kept_and_known_ones_looked_at(self, more: dict[str, Any]) -> None:
        shape = shape_of({"type": "object", "properties": {"a": {"type": "string"}}, **more})
        assert flaws({"b": 1, "a": 1}, shape) == [(Flaw.WRONG_TYPE, ("a",))]

    def test_preserving_ends_where_properties_begin_anew(self) -> None:
        inner = {"type": "object", "properties": {"b": {"type": "string"}}}
        shape = shape_of({"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"a": inner}})
        assert flaws({"x": 1, "a": {"x": 1}}, shape) == [(Flaw.UNKNOWN_FIELD, ("a", "x"))]

    def test_map_of_values(self) -> None:
        shape = shape_of({"type": "object", "additionalProperties": {"type": "integer"}})
        assert flaws({"a": 1, "b": "x"}, shape) == [(Flaw.WRONG_TYPE, ("b",))]

    def test_embedded_resource(self) -> None:
        schema = {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"spec": {"type": "object"}}}
        value = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {}, "sepc": {}}
        assert flaws(value, shape_of(schema)) == [(Flaw.UNKNOWN_FIELD, ("sepc",))]

    def test_null_items(self) -> None:
        plain = shape_of({"type": "array", "items": {"type": "string"}})
        nullable = shape_of({"type": "array", "items": {"type": "string", "nullable": True}})
        assert flaws([None], plain) == [(Flaw.WRONG_TYPE, (0,))]
        assert flaws([None], nullable) == []

    def test_int_or_string(self) -> None:
        shape = shape_of({"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]})
        assert [flaws(value, shape) for value in (1, "1", 1.0)] == [[], [], []]
        assert flaws(True, shape) == [(Flaw.WRONG_TYPE, ())]

    def test_required(self) -> None:
        fields = {"a": {}, "b": {"default": "x"}, "c": {"nullable": True}}
        fields = {name: {"type": "string", **more} for name, more in fields.items()}
        shape = shape_of({"type": "object", "required": ["a", "b", "c", "no-field"], "properties": fields})
        assert flaws({}, shape) == [(Flaw.MISSING_FIELD, ("a",)), (Flaw.MISSING_FIELD, ("c",))]
        assert flaws({"a": None, "c": None}, shape) == [(Flaw.MISSING_FIELD, ("a",))]
        assert flaws({"a": "", "c": ""}, shape) == []

    @pytest.mark.parametrize(
        "odd", [{"type": "object", "properties": []}, {"type": "array"}, {"type": 7}, {"type": []}, [], "x"]
    )
    def test_odd_schemas_are_read(self, odd: Any) -> None:
        misfits({"a": [1]}, shape_of(odd))


class TestHints:
    KNOWN = ("retries", "retryOn", "perTryTimeout", "hosts", "PathPrefix")

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("retry_on", "retryOn"),
            ("retry-on", "retryOn"),
            ("RETRYON", "retryOn"),
            ("per_try_timeout", "perTryTimeout"),
            ("host", "hosts"),
            ("hosst", "hosts"),
            ("retrys", None),
            ("x", None),
        ],
    )
    def test_similar(self, written: str, meant: str | None) -> None:
        assert similar(written, self.KNOWN) == meant

    @pytest.mark.parametrize(
        ("written", "meant"),
        [("perRetryTimeout", "perTryTimeout"), ("prefix", "PathPrefix"), ("timeout", None), ("zzz", None)],
    )
    def test_resembling(self, written: str, meant: str | None) -> None:
        assert resembling(written, self.KNOWN) == meant

    @pytest.mark.parametrize(
        ("value", "belongs"),
        [
            ({"parts": [{"count": 1}]}, ()),
            ({"by": {"x": {"tags": 1}}}, ()),
            ({"depth": 1}, None),
            ({"parts": [{"nowhere": 1}]}, None),
        ],
    )
    def test_home_around(self, value: Any, belongs: tuple[str | int, ...] | None) -> None:
        (misfit,) = misfits(value, ROOT)
        assert home(misfit, ROOT) == belongs

    @pytest.mark.parametrize(
        ("path", "known"),
        [
            (("spec", "http", 0, "timeout"), True),
            (("spec", "http", 0, "match", 1, "headers", "any-name", "exact"), True),
            (("spec", "http", 0, "timeut"), False),
            (("spec", "nothing", "timeout"), False),
            (("sepc",), False),
        ],
    )
    def test_documented(self, path: tuple[str | int, ...], known: bool) -> None:
        assert documented(KindKey("networking.istio.io", "VirtualService"), path) is known

    def test_home_beside_if_it_is_the_only_one(self) -> None:
        lists = FieldLists("A\n  one: B\n  two: C\n\nB\n  x: text\n  y: text\n\nC\n  y: text")
        for field, belongs in (("x", ("one",)), ("y", None)):
            (misfit,) = misfits({field: ""}, lists.block("A"))
            assert home(misfit, lists.block("A")) == belongs
