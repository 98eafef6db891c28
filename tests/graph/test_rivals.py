"""Selectors compete where they select something together."""

from meshctl.graph.rivals import Rivals

RIVALS = Rivals({"web": ["a", "b"], "front": ["b", "c"], "back": ["c"], "alone": ["d"], "nothing": []})


def test_rivals_share_a_thing_directly() -> None:
    assert list(RIVALS.of("web")) == ["web", "front"]
    assert list(RIVALS.of("front")) == ["front", "web", "back"]
    assert list(RIVALS.of("alone")) == ["alone"]
    assert list(RIVALS.of("nothing")) == ["nothing"]
    assert list(RIVALS.of("unknown")) == ["unknown"]


def test_only_what_another_one_selects_too_is_shared() -> None:
    assert RIVALS.shared("web") == ("b",)
    assert RIVALS.shared("front") == ("b", "c")
    assert RIVALS.shared("alone") == ()
    assert RIVALS.selected("web") == ("a", "b")


def test_pods_of_one_workload_are_looked_at_once() -> None:
    many = Rivals({key: range(300) for key in range(300)})
    assert all(len(many.of(key)) == 300 for key in range(300))
