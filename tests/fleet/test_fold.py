"""Clusters held against each other: who is unlike whom, whatever order they come in."""

from collections.abc import Mapping
from itertools import permutations

from msgspec import Raw

from meshctl.graph.fleet.compared import digest, encoded
from meshctl.graph.fleet.fold import Fold
from meshctl.model.deviation import Deviation, Unlike
from meshctl.model.fleet import Summary

KIND = "security.istio.io\tPeerAuthentication"
WHOLE = frozenset({KIND, "\tNamespace"})


def cluster(name: str, modes: Mapping[str, str], env: str = "prod", unread: bool = False) -> Summary:
    """A cluster that has policies of these names and modes in one namespace."""
    bodies = {mode: encoded([(("spec", "mtls", "mode"), mode)]) for mode in modes.values()}
    home = {"\tNamespace\t\tshop": digest(b"[]")}
    return Summary(
        name,
        {"env": env},
        compared={**home, **{f"{KIND}\tshop\t{policy}": digest(bodies[mode]) for policy, mode in modes.items()}},
        bodies={digest(b"[]"): Raw(b"[]"), **{digest(body): Raw(body) for body in bodies.values()}},
        whole=WHOLE - {KIND} if unread else WHOLE,
        unread=frozenset({KIND}) if unread else frozenset(),
    )


def deviations(*clusters: Summary) -> list[Deviation]:
    found = []
    for order in list(permutations(clusters))[:: max(1, len(clusters))]:
        fold = Fold(["env"])
        for each in order:
            fold.add(each)
        found.append(fold.deviations())
    assert all(each == found[0] for each in found), "the order of the clusters made a difference"
    return found[0]


def told(found: list[Deviation]) -> list[tuple[str, str, str, int, int]]:
    return [(d.unlike.value, d.resource.cluster, d.resource.name, d.alike, d.clusters) for d in found]


STRICT = {"default": "STRICT"}


def test_the_odd_one_out() -> None:
    found = deviations(*(cluster(name, STRICT) for name in "abc"), cluster("d", {"default": "DISABLE"}))
    assert told(found) == [("differs", "d", "default", 3, 4)]
    (field,) = found[0].fields
    assert (field.path, field.here, field.usual) == (("spec", "mtls", "mode"), "DISABLE", "STRICT")
    assert (found[0].group, found[0].others) == ("env=prod", ("a", "b", "c"))


def test_of_two_the_first_is_the_usual() -> None:
    assert told(deviations(cluster("a", STRICT), cluster("b", {"default": "DISABLE"}))) == [
        ("differs", "b", "default", 1, 2)
    ]


def test_where_nothing_is_usual_it_is_told_once() -> None:
    modes = ("STRICT", "DISABLE", "PERMISSIVE", "UNSET")
    found = deviations(*(cluster(name, {"default": mode}) for name, mode in zip("abcd", modes, strict=True)))
    assert told(found) == [("varies", "b", "default", 4, 4)]


def test_few_lack_it_or_few_have_it() -> None:
    two = {**STRICT, "extra": "STRICT"}
    assert told(deviations(*(cluster(name, two) for name in "abc"), cluster("d", STRICT))) == [
        ("missing", "d", "extra", 3, 4)
    ]
    assert told(deviations(*(cluster(name, STRICT) for name in "abc"), cluster("d", two))) == [
        ("extra", "d", "extra", 3, 4)
    ]


def test_nobody_is_blamed_for_what_was_not_read() -> None:
    unread = cluster("d", {}, unread=True)
    assert deviations(*(cluster(name, STRICT) for name in "abc"), unread) == []
    # That only one has it is not known where another could not be looked at... but the others could.
    two = {**STRICT, "extra": "STRICT"}
    found = deviations(cluster("a", STRICT), cluster("b", STRICT), cluster("c", two), unread)
    assert told(found) == [("extra", "c", "extra", 2, 3)]


def test_a_namespace_that_is_not_there_is_told_instead_of_what_is_in_it() -> None:
    bare = Summary("d", {"env": "prod"}, whole=WHOLE)
    found = deviations(*(cluster(name, STRICT) for name in "abc"), bare)
    assert [(d.unlike, d.resource.kind, d.resource.name) for d in found] == [(Unlike.MISSING, "Namespace", "shop")]


def test_groups_are_held_apart_and_clusters_without_labels_left_alone() -> None:
    other = cluster("d", {"default": "DISABLE"}, env="test")
    lost = Summary("e", {}, compared={"\tNamespace\t\tother": "x"})
    fold = Fold(["env"])
    for each in (*(cluster(name, STRICT) for name in "abc"), other, lost):
        fold.add(each)
    assert fold.deviations() == [] and fold.groups == {"env=prod": 3, "env=test": 1}
