"""Rows as people read them: amounts with units, prose below its row where there is no room, words never cut."""

import pytest

from meshctl.reports import tables
from meshctl.reports.columns import columns
from meshctl.reports.formats import Style

REVIEWS = {
    "cluster": "",
    "group": "apps",
    "version": "v1",
    "kind": "Deployment",
    "namespace": "shop",
    "name": "reviews",
}
WORKLOAD = {
    "resource": REVIEWS,
    "expected": True,
    "actual": False,
    "webhooks": ["istio-sidecar-injector/namespace.sidecar-injector.istio.io"],
    "revision": "default",
    "reason": "Namespace shop has istio-injection=enabled.",
    "fix": "Restart it: kubectl rollout restart deployment/reviews -n shop.",
}


def test_prose_stands_below_its_row_where_there_is_no_room() -> None:
    assert tables.render({"workloads": [WORKLOAD]}, Style(width=70)).splitlines() == [
        "WORKLOAD                 PROXY    DECIDED BY              REVISION",
        "Deployment shop/reviews  MISSING  istio-sidecar-injector  default",
        "    Namespace shop has istio-injection=enabled.",
        "    Restart it: kubectl rollout restart deployment/reviews -n shop.",
    ]


def test_prose_stands_beside_its_row_where_there_is_room() -> None:
    row = {**WORKLOAD, "webhooks": [], "revision": "", "actual": None, "fix": ""}
    assert tables.render({"workloads": [row]}, Style(width=100)).splitlines() == [
        "WORKLOAD                 PROXY      REASON",
        "Deployment shop/reviews  will have  Namespace shop has istio-injection=enabled.",
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "text"),
    [
        (True, True, "has one"),
        (True, False, "MISSING"),
        (True, None, "will have"),
        (False, True, "NOT EXPECTED"),
        (False, False, "none"),
        (False, None, "none"),
    ],
)
def test_what_a_workload_has(expected: bool, actual: bool | None, text: str) -> None:
    row = {**WORKLOAD, "expected": expected, "actual": actual}
    assert f"Deployment shop/reviews  {text} " in tables.render({"workloads": [row]}, Style(width=200))


def test_requests_and_limits_stand_together() -> None:
    row = {
        "resource": REVIEWS,
        "pods": 1200,
        "cpuRequest": 200,
        "cpuLimit": None,
        "memoryRequest": 256 << 20,
        "memoryLimit": 2 << 30,
        "share": {"cpu": 0.333, "memory": None},
        "source": "installation",
    }
    assert tables.render({"overhead": [row]}, Style(width=80)).splitlines() == [
        "What the sidecars are given: request/limit",
        "WORKLOAD                  PODS     CPU     MEMORY  SHARE CPU/MEM  SET BY",
        "Deployment shop/reviews  1,200  200m/-  256Mi/2Gi          33%/-  installation",
    ]


def test_rows_of_a_key_without_a_table_are_shown_plainly() -> None:
    rows = [{"pod": "a", "synced": True, "why": None}, {"pod": "b\x1b[2J", "synced": False, "why": ["x", "y"]}]
    assert tables.render({"gadgets": rows}, Style()).splitlines() == [
        "gadgets",
        "POD       SYNCED  WHY",
        "a         yes     -",
        "b\\x1b[2J  no      x, y",
    ]


def test_a_key_without_rows_is_left_out() -> None:
    assert tables.render({"rollout": [], "workloads": []}, Style()) == ""


def test_the_widest_column_gives_way_and_numbers_stay_right() -> None:
    text = columns(
        ("NAME", "N", "WHY"), [("a-long-name", "7", "one two three four five")], Style(width=30), numbers=("N",)
    )
    assert text.splitlines() == ["NAME         N  WHY", "a-long-name  7  one two three", "                four five"]


def test_no_word_is_cut_where_nothing_fits() -> None:
    text = columns(("A", "B"), [("unbreakable-name", "another-long-one")], Style(width=20))
    assert text.splitlines()[1] == "unbreakable-name  another-long-one"


def test_a_column_that_says_the_same_of_all_proxies_is_left_out() -> None:
    row = {"resource": {"namespace": "shop", "name": "a"}, "kind": "sidecar", "state": "SYNCED", "types": []}
    row |= {"controlPlane": "istiod-1", "version": "1.29.1", "revision": ""}
    row |= {"proxy": "istio-proxy", "certificate": None}
    late = {"type": "LDS", "state": "STALE", "age": 44.6, "overdue": True}
    other = {**row, "state": "STALE", "types": [late, {**late, "type": "CDS", "state": "SYNCED"}]}
    lost = {**row, "state": "NOT CONNECTED", "controlPlane": "", "kind": "", "version": ""}
    assert tables.render({"proxies": [lost, other, row]}, Style()).splitlines() == [
        "PROXY   KIND     STATE               VERSION",
        "shop/a           NOT CONNECTED",
        "shop/a  sidecar  STALE LDS for 45 s  1.29.1",
        "shop/a  sidecar  SYNCED              1.29.1",
    ]
    moved = {**row, "controlPlane": "istiod-2"}
    assert (
        tables.render({"proxies": [moved, row]}, Style()).splitlines()[1]
        == "shop/a  sidecar  SYNCED  istiod-2   1.29.1"
    )
