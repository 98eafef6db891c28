"""Selectors and labels."""

from collections.abc import Mapping

import pytest

from meshctl.graph.selectors import Selectable, Selecting, label_selector_matches, matches, selector_text

THINGS = {
    "web/a": {"app": "a", "version": "v1"},
    "web/b": {"app": "a", "version": "v2"},
    "shop/c": {"app": "a", "version": "v1"},
    "shop/d": {},
}


def place(thing: str) -> str:
    return thing.partition("/")[0]


def carried(thing: str) -> Mapping[str, str]:
    return THINGS[thing]


def test_every_pair_must_be_carried() -> None:
    assert matches({"app": "a"}, {"app": "a", "version": "v1"})
    assert not matches({"app": "a", "version": ""}, {"app": "a"})
    assert matches({}, {})


def test_text_is_sorted() -> None:
    assert selector_text({"version": "v1", "app": "web"}) == "app=web,version=v1"
    assert selector_text({}) == ""


@pytest.mark.parametrize(
    ("selector", "where", "found"),
    [
        ({"app": "a"}, "", ["web/a", "web/b", "shop/c"]),
        ({"app": "a"}, "shop", ["shop/c"]),
        ({"version": "v1", "app": "a"}, "web", ["web/a"]),
        ({"app": "a", "version": "v3"}, "", []),
        ({"other": "a"}, "", []),
        ({}, "shop", ["shop/c", "shop/d"]),
        ({}, "nowhere", []),
        ({}, "", ["web/a", "web/b", "shop/c", "shop/d"]),
    ],
)
def test_what_a_selector_selects(selector: dict[str, str], where: str, found: list[str]) -> None:
    assert list(Selectable(THINGS, place, carried).selected_by(selector, where)) == found


def test_which_selectors_select_a_thing() -> None:
    selectors = {
        "web/app": {"app": "a"},
        "web/both": {"version": "v1", "app": "a"},
        "web/none": {},
        "web/other": {"app": "a", "zone": "x"},
        "shop/app": {"app": "a"},
    }
    known = Selecting(selectors, place, lambda name: selectors[name])
    assert sorted(known.selecting(THINGS["web/a"], "web")) == ["web/app", "web/both"]
    assert known.selecting(THINGS["web/b"], "web") == ["web/app"]
    assert known.selecting(THINGS["shop/c"], "shop") == ["shop/app"]
    assert known.selecting({}, "web") == []


@pytest.mark.parametrize(
    ("expression", "labels", "holds"),
    [
        ({"key": "k", "operator": "In", "values": ["a", "b"]}, {"k": "b"}, True),
        ({"key": "k", "operator": "In", "values": ["a"]}, {}, False),
        ({"key": "k", "operator": "NotIn", "values": ["a"]}, {}, True),
        ({"key": "k", "operator": "NotIn", "values": ["a"]}, {"k": "a"}, False),
        ({"key": "k", "operator": "Exists"}, {"k": ""}, True),
        ({"key": "k", "operator": "DoesNotExist"}, {"k": ""}, False),
        ({"key": "k", "operator": "DoesNotExist"}, {}, True),
        ({"key": "k", "operator": "Above", "values": ["1"]}, {"k": "2"}, False),
        ({"key": "k", "operator": "NotIn", "values": []}, {}, False),
    ],
)
def test_expressions(expression: dict[str, object], labels: dict[str, str], holds: bool) -> None:
    assert label_selector_matches({"matchExpressions": [expression]}, labels) is holds


def test_labels_and_expressions_must_both_hold() -> None:
    selector = {"matchLabels": {"app": "a"}, "matchExpressions": [{"key": "v", "operator": "Exists"}]}
    assert label_selector_matches(selector, {"app": "a", "v": "1"})
    assert not label_selector_matches(selector, {"app": "a"})
    assert not label_selector_matches(selector, {"v": "1"})
    assert label_selector_matches(None, {"any": "thing"}) and label_selector_matches({}, {})
