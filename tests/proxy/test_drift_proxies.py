"""Every value in the recorded dumps in turn is another one: drift is found there, and nowhere else."""

import re
from typing import Any

import pytest

from meshctl.model.difference import Hop
from meshctl.model.paths import Path as FieldPath
from meshctl.proxy.drift.drift import drift
from tests.proxy.drifting import CAPTURES, CLUSTER, dump_of, leaves, mesh_of, other, recording, told, with_dump

pytestmark = pytest.mark.skipif(not CAPTURES.exists(), reason="the recorded mesh is not here")

SECTIONS = {
    "ClustersConfigDump": "dynamic_active_clusters",
    "ListenersConfigDump": "dynamic_listeners",
    "RoutesConfigDump": "dynamic_route_configs",
}
# An object under another name is one that lacks and one that is too many.
NAMES = re.compile(r"(cluster|listener|route_config|virtual_hosts/\d+)/name$|dynamic_listeners/\d+/name$")
POLICY = ("spec", "trafficPolicy")
POOL = (*POLICY, "connectionPool")
LISTENER_NOISE = ("access_log", "tracing")


def places(dump: Any) -> list[FieldPath]:
    found = []
    for position, section in enumerate(dump["configs"]):
        name = SECTIONS.get(section["@type"].rpartition(".")[2])
        for path, _ in leaves(section.get(name), ("configs", position, name)) if name else ():
            parts = {str(part) for part in path}
            if parts & {"version_info", "last_updated", "@type", *LISTENER_NOISE}:
                continue
            if not NAMES.search("/".join(map(str, path))):
                found.append(path)
    return found


@pytest.mark.parametrize("label", ["gateway", "ratings"])
def test_changed_value(label: str) -> None:
    mesh, gathered = mesh_of(CLUSTER, CAPTURES / "rich/desired.yaml"), recording("rich")
    dump = dump_of(gathered, label)
    wrong = []
    for path in places(dump):
        inner = dump
        for part in path[:-1]:
            inner = inner[part]
        before = inner[path[-1]]
        inner[path[-1]] = other(before)
        outcome = drift(mesh, with_dump(gathered, label, dump))
        inner[path[-1]] = before
        if [d.hop for d in outcome.differences] != [Hop.DELIVERY]:
            wrong.append((path, told(outcome)))
    assert not wrong
    assert len(places(dump)) > 250


@pytest.mark.parametrize(
    ("label", "words", "value", "resource", "field"),
    [
        ("gateway", "timeout", "9s", "edge", ("spec", "http", 2, "timeout")),
        ("gateway", "num_retries", 9, "edge", ("spec", "http", 2, "retries", "attempts")),
        ("reviews", "max_pending_requests", 9, "reviews", (*POOL, "http", "http1MaxPendingRequests")),
        ("reviews", "consecutive_5xx", 9, "reviews", (*POLICY, "outlierDetection", "consecutive5xxErrors")),
    ],
)
def test_mapped_value_is_told_as_the_field_of_its_resource(
    label: str, words: str, value: Any, resource: str, field: FieldPath
) -> None:
    gathered = recording("rich")
    dump = dump_of(gathered, label)
    # The first object that has a value of its own for it.
    path = next(
        p
        for p, v in leaves(dump)
        if p[-1] == words and v not in ("0s", 4294967295, 2) and "static_clusters" not in p and "warming" not in p
    )
    inner = dump
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    outcome = drift(mesh_of(CLUSTER, CAPTURES / "rich/desired.yaml"), with_dump(gathered, label, dump))
    (found,) = outcome.differences
    assert (found.resource and found.resource.name, found.path, found.hop) == (resource, field, Hop.DELIVERY)
    assert found.desired == found.sent != found.running
