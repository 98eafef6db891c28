"""Selectors compete where they select something together."""

from meshctl.graph.rivals import Rivals

RIVALS = Rivals({"web": ["a", "b"], "front": ["b", "c"], "back": ["c"], "alone": ["d"], "nothing": []})


def rivals_of(key: str, *others: str) -> list[str]:
    return next(sorted(rivals) for members, rivals in RIVALS.groups(dict.fromkeys((key, *others))) if key in members)


def test_rivals_share_a_thing_directly() -> None:
    assert rivals_of("web", "front", "back") == ["front", "web"]
    assert rivals_of("front", "web", "back") == ["back", "front", "web"]
    assert rivals_of("alone", "web") == ["alone"]
    assert rivals_of("nothing", "alone") == ["nothing"]
    assert rivals_of("unknown", "web") == ["unknown"]


def test_only_rivals_that_are_asked_about_count() -> None:
    assert rivals_of("front", "back", "alone") == ["back", "front"]


def test_only_what_another_one_selects_too_is_shared() -> None:
    assert RIVALS.shared("web") == ("b",)
    assert RIVALS.shared("front") == ("b", "c")
    assert RIVALS.shared("alone") == ()
    assert RIVALS.selected("web") == ("a", "b")


def test_keys_with_the_same_rivals_are_one_group() -> None:
    many = Rivals({key: [key, "shared", *range(300)] for key in "abc"})
    assert [(list(keys), list(rivals)) for keys, rivals in many.groups(dict.fromkeys("abc"))] == [
        (["a", "b", "c"], ["a", "b", "c"])
    ]
