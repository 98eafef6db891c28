"""Who decides about the structure of a resource: the definition of its cluster and version, else our own lists."""

from typing import Any

import pytest

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.structure.misfit import Flaw
from meshctl.graph.structure.resources import Unfit, unfit
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Snapshot

GROUP = "networking.istio.io"
TEXT, ANYTHING = {"type": "string"}, {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def resource(kind: str, spec: Any, cluster: str = "", version: str = "v1") -> Resource:
    data = {"apiVersion": f"{GROUP}/{version}", "kind": kind, "metadata": {"name": "a"}, "spec": spec}
    return Resource(ResourceId(cluster, GROUP, kind, "shop", "a"), version, data)


def definition(kind: str, spec: Any, cluster: str = "", version: str = "v1") -> Resource:
    schema = {"type": "object", "properties": {"spec": spec}}
    fields = {
        "group": GROUP,
        "names": {"kind": kind},
        "versions": [{"name": version, "schema": {"openAPIV3Schema": schema}}],
    }
    identity = ResourceId(cluster, "apiextensions.k8s.io", "CustomResourceDefinition", "", kind)
    return Resource(identity, "v1", {"spec": fields})


def found(*resources: Resource) -> list[Unfit]:
    by_flaw = unfit(MeshGraph(Snapshot(resources=resources)))
    return [one for flaw in Flaw for one in by_flaw[flaw]]


def paths(*resources: Resource) -> list[tuple[Flaw, tuple[str | int, ...], bool]]:
    return [(one.misfit.flaw, one.misfit.path, one.certain) for one in found(*resources)]


ENTRY = resource("WorkloadEntry", {"address": "10.0.0.1", "zone": "eu"})
UNKNOWN = [(Flaw.UNKNOWN_FIELD, ("spec", "zone"), False)]


def test_without_definition_our_lists_decide() -> None:
    assert paths(ENTRY) == UNKNOWN


def test_the_definition_decides() -> None:
    fields = {"address": TEXT, "zone": {"type": "integer"}}
    assert paths(ENTRY, definition("WorkloadEntry", {"type": "object", "properties": fields})) == [
        (Flaw.WRONG_TYPE, ("spec", "zone"), True)
    ]
    assert paths(ENTRY, definition("WorkloadEntry", ANYTHING)) == []


@pytest.mark.parametrize(
    "other",
    [
        definition("WorkloadEntry", ANYTHING, cluster="other"),
        definition("WorkloadEntry", ANYTHING, version="v1beta1"),
        definition("WorkloadGroup", ANYTHING),
        Resource(ResourceId("", "apiextensions.k8s.io", "CustomResourceDefinition", "", "x"), "v1", {"spec": None}),
    ],
    ids=["cluster", "version", "kind", "empty"],
)
def test_the_definition_of_something_else_does_not(other: Resource) -> None:
    assert paths(ENTRY, other) == UNKNOWN


def test_a_definition_without_schema_does_not() -> None:
    empty = definition("WorkloadEntry", ANYTHING)
    for version in empty.data["spec"]["versions"]:
        version["schema"] = {}
    assert paths(ENTRY, empty) == UNKNOWN


def test_what_validation_trips_over_is_certain() -> None:
    assert paths(resource("Gateway", {"selector": {"a": "b"}, "servers": {}})) == [
        (Flaw.WRONG_TYPE, ("spec", "servers"), True)
    ]
    assert paths(resource("VirtualService", {"hosts": ["a.com"], "http": [{"name": 7, "redirect": {"uri": "/"}}]})) == [
        (Flaw.WRONG_TYPE, ("spec", "http", 0, "name"), False)
    ]


def test_what_validation_trips_over_is_said_even_if_the_definition_takes_anything() -> None:
    gateway = resource("Gateway", {"selector": {"a": "b"}, "servers": {}})
    assert paths(gateway, definition("Gateway", ANYTHING)) == [(Flaw.WRONG_TYPE, ("spec", "servers"), True)]


def test_a_missing_field_that_validation_asks_for_is_left_to_it() -> None:
    schema = {"type": "object", "required": ["address", "zone"], "properties": {"address": TEXT, "zone": TEXT}}
    assert paths(resource("WorkloadEntry", {}), definition("WorkloadEntry", schema)) == [
        (Flaw.MISSING_FIELD, ("spec", "zone"), True)
    ]
