"""Odd values anywhere in a dump or in a resource are compared like others: nothing crashes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import structs

from meshctl.graph.mesh import MeshGraph
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.proxy.drift.drift import drift
from meshctl.proxy.gather import Gathered, Sources, gather
from meshctl.sources.snapshot import Snapshot

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = (
    FIXTURES / "MSH210-resource-field-not-sent/fail-timeout-not-sent",
    FIXTURES / "MSH211-proxy-runs-other-than-sent/fail-limit-of-before",
    FIXTURES / "MSH213-ghost-endpoint-in-proxy/fail-address-of-before",
)
ODD: tuple[Any, ...] = (None, 7, -1.5, "", "x", True, [], {}, [None], [[1]], {"x": 1}, "1e400", "9" * 40)
IDENTITY = ("kind", "apiVersion", "metadata")


def containers(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place below a value, as what holds it and the key."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from containers(value[key])


def resources(documents: list[Any]) -> MeshGraph:
    found = []
    for document in documents:
        group, _, version = document["apiVersion"].rpartition("/")
        metadata = document["metadata"]
        identity = ResourceId("", group, document["kind"], metadata.get("namespace", ""), metadata["name"])
        found.append(Resource(identity, version, document))
    return MeshGraph(Snapshot(resources=tuple(found)))


def recorded(case: Path) -> Gathered:
    return gather(Sources(dumps=[str(case / "recorded")]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_odd_values_in_a_dump(case: Path) -> None:
    mesh = resources(list(yaml.safe_load_all((case / "mesh.yaml").read_text())))
    gathered = recorded(case)
    (proxy,) = gathered.proxies
    dump = json.loads(proxy.files["config_dump"]())
    looked = 0
    for holder, key in containers(dump):
        before = holder[key]
        for odd in ODD:
            holder[key] = odd
            data = json.dumps(dump).encode()
            changed = replace(proxy, files={"config_dump": partial(bytes, data)})
            outcome = drift(mesh, structs.replace(gathered, proxies=(changed,)))
            looked += outcome.checked
        holder[key] = before
    assert looked > 700


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.parent.name)
def test_odd_values_in_a_resource(case: Path) -> None:
    documents = list(yaml.safe_load_all((case / "mesh.yaml").read_text()))
    gathered = recorded(case)
    for document in documents:
        for holder, key in list(containers({k: v for k, v in document.items() if k not in IDENTITY})):
            before = holder[key]
            for odd in ODD:
                holder[key] = odd
                assert drift(resources(documents), gathered).checked == 1
            holder[key] = before
