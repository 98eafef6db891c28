"""What the drawings of a graph share: parallel edges as one arrow, and the words for what is not there."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from meshctl.model.result import Result

Row = Mapping[str, Any]

STATES: Mapping[str, str] = {"missing": "missing", "notInInput": "not in the given files", "assumed": "assumed present"}


class Arrow(Struct, frozen=True):
    """All edges of one kind between two nodes; `state` is that of the target."""

    source: str
    target: str
    kind: str
    state: str
    paths: Sequence[str]

    @property
    def label(self) -> str:
        """The kind, with the number of fields where there are several: `routes_to (3)`."""
        return self.kind if len(self.paths) == 1 else f"{self.kind} ({len(self.paths)})"


def arrows(result: Result) -> list[Arrow]:
    """The edges of a result, in their order."""
    states = {node["id"]: node["state"] for node in result.tables["nodes"]}
    paths: dict[tuple[str, str, str], list[str]] = {}
    for edge in result.tables["edges"]:
        paths.setdefault((edge["source"], edge["target"], edge["kind"]), []).append(edge["path"])
    return [Arrow(*key, state=states[key[1]], paths=fields) for key, fields in paths.items()]


def label(node: Row) -> str:
    """A node's name, and what is wrong with it on a second line."""
    return "\n".join(filter(None, (node["id"], STATES.get(node["state"], ""))))


def places(nodes: Sequence[Row]) -> dict[str, list[Row]]:
    """The nodes by namespace (`cluster/namespace` where clusters have names); under "" what belongs to none."""
    found: dict[str, list[Row]] = {"": []}
    for node in nodes:
        resource = node.get("resource") or {}
        place = "/".join(filter(None, (resource.get("cluster"), resource.get("namespace"))))
        found.setdefault(place, []).append(node)
    return found
