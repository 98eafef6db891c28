"""Which DestinationRules are in force for whom, as all that asks for them is told."""

from typing import NamedTuple

import pytest

from meshctl.graph.clientrules import client_rules
from meshctl.graph.mtls.tlssettings import tls_settings
from meshctl.graph.viewpoint.policies import policy
from meshctl.graph.viewpoint.viewer import SIDECAR, Viewer
from tests.graph.mtlsdocuments import mesh_of, rule

API = "api.shop.svc.cluster.local"
FOR_A = "workloadSelector: {matchLabels: {app: a}}"
LABELS = {"app": "a", "tier": "front"}


class Case(NamedTuple):
    """Rules, and the names of those in force for pods of namespace `client` with the labels app and tier."""

    why: str
    documents: tuple[str, ...]
    names: tuple[str, ...]
    client: str = "web"


CASES = [
    Case("the client's before the host's", (rule("", "web", name="near"), rule("", name="far")), ("near",)),
    Case("the host's before the mesh's", (rule("", name="near"), rule("", "istio-system", name="far")), ("near",)),
    Case(
        "the mesh's last, also for clients there",
        (rule("", name="near"), rule("", "istio-system", name="far")),
        ("near",),
        "istio-system",
    ),
    Case("several add to each other", (rule("", name="b"), rule("", name="a")), ("a", "b")),
    Case("not exported to its own", (rule("exportTo: [calm]", "web", name="near"), rule("", name="far")), ("far",)),
    Case(
        "one for these pods alone counts alone",
        (rule(FOR_A, "web", name="own"), rule("", "web", name="all")),
        ("own",),
    ),
    Case(
        "one for other pods hides those of other places",
        (rule("workloadSelector: {matchLabels: {app: b}}", "web", name="own"), rule("", name="far")),
        (),
    ),
    Case("one for pods elsewhere", (rule(FOR_A, name="theirs"),), ()),
    Case(
        "an empty selector is for all pods",
        (rule("workloadSelector: {}", "web", name="z"), rule("", "web", name="a")),
        ("z",),
    ),
    Case(
        "of two selectors the older",
        (rule(FOR_A, "web", name="b"), rule("workloadSelector: {matchLabels: {tier: front}}", "web", name="a")),
        ("a",),
    ),
    Case("the same selector twice", (rule(FOR_A, "web", name="b"), rule(FOR_A, "web", name="a")), ("a", "b")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_in_force(case: Case) -> None:
    mesh = mesh_of(*case.documents)
    found = client_rules(mesh).in_force(case.client, API, ("shop",), LABELS)
    assert tuple(each.name for each in found) == case.names
    assert Viewer(mesh, case.client, SIDECAR, LABELS).rules(API, "shop") == found


def test_no_rule_selects_any_pod() -> None:
    mesh = mesh_of(rule(FOR_A, "web", name="own"), rule("", "web", name="all"))
    assert [each.name for each in client_rules(mesh).in_force("web", API, ("shop",))] == ["all"]


def test_an_empty_policy_counts() -> None:
    mesh = mesh_of(
        rule("subsets: []", "web", name="a"),
        rule("trafficPolicy: {}", "web", name="b"),
        rule("trafficPolicy: {tls: {mode: SIMPLE}, connectionPool: {tcp: {maxConnections: 1}}}", "web", name="c"),
    )
    setting = tls_settings(mesh).of("web", API, ("shop",), 80)
    found = policy(Viewer(mesh, "web", SIDECAR, LABELS), API, "shop", "", 80)
    assert setting is not None and (setting.rule.name, setting.mode) == ("b", "")
    assert found is not None and found.blocks == {}
