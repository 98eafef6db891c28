"""Drift of recordings that tests change: one value of a resource or of a proxy's dump at a time."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from msgspec import structs

from meshctl.graph.mesh import MeshGraph
from meshctl.model.paths import Path as FieldPath
from meshctl.proxy.drift.drift import Outcome
from meshctl.proxy.gather import Gathered, Sources, gather
from meshctl.sources.files import read_files

CAPTURES = Path(__file__).parents[3] / "shared/proxy-captures"
CLUSTER = CAPTURES / "cluster.yaml"

_OTHER = {
    "DISABLE": "STRICT",
    "REGISTRY_ONLY": "ALLOW_ANY",
    "LEAST_REQUEST": "RANDOM",
    "ROUND_ROBIN": "RANDOM",
    "UPGRADE": "DO_NOT_UPGRADE",
    "SIMPLE": "ISTIO_MUTUAL",
    "DNS": "STATIC",
    "MESH_EXTERNAL": "MESH_INTERNAL",
    "ALLOW": "DENY",
    "DENY": "ALLOW",
    "HTTP": "TCP",
    "TLS": "HTTP",
    "GET": "PUT",
    "5xx": "reset",
    "gateway-error,reset,503": "gateway-error,reset,504",
    "127.0.0.0/8": "10.0.0.0/8",
}


def recording(name: str) -> Gathered:
    """The answers of a recorded mesh."""
    return gather(Sources(dumps=[str(CAPTURES / name)]))


def mesh_of(*files: Path) -> MeshGraph:
    """The resources in files."""
    return MeshGraph(read_files([str(file) for file in files]))


def documents(file: Path) -> list[Any]:
    """The documents of a YAML file."""
    return list(yaml.safe_load_all(file.read_text()))


def with_documents(changed: list[Any], place: Path, *files: Path) -> MeshGraph:
    """The resources in documents, and in files."""
    file = place / "changed.yaml"
    file.write_text(yaml.safe_dump_all(changed))
    return mesh_of(*files, file)


def with_dump(gathered: Gathered, label: str, dump: Any) -> Gathered:
    """One proxy alone, with this as its config dump."""
    proxy = next(p for p in gathered.proxies if p.label == label)
    data = json.dumps(dump).encode()
    return structs.replace(gathered, proxies=(replace(proxy, files={**proxy.files, "config_dump": lambda: data}),))


def dump_of(gathered: Gathered, label: str) -> Any:
    """The config dump of a proxy."""
    return json.loads(next(p for p in gathered.proxies if p.label == label).files["config_dump"]())


def leaves(value: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Any]]:
    """Every scalar below a value, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from leaves(inner, (*path, position))
    else:
        yield path, value


def put(value: Any, path: FieldPath, new: Any) -> Any:
    """A copy with another value at a path."""
    changed = copy.deepcopy(value)
    inner = changed
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = new
    return changed


def other(value: Any) -> Any:
    """Another value of the same sort."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if value in _OTHER:
        return _OTHER[value]
    if found := re.fullmatch(r"(\d+)(?:\.\d+)?(ms|s|m|h)", value):
        return f"{int(found[1]) + 1}{found[2]}"
    if value.isdecimal():
        return str(int(value) + 1)
    if value.startswith("/"):
        return f"/x{value[1:]}"
    return f"{value[:-1]}x*" if value.endswith("*") else f"{value}x"


def told(outcome: Outcome) -> list[str]:
    """The differences, for messages of failed tests."""
    return [
        f"{d.sort} {d.hop} {d.resource} {d.path} {d.field} {d.desired} {d.sent} {d.running}"
        for d in outcome.differences
    ]
