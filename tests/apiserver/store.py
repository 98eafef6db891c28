"""The objects of a test API server, each written as JSON once and only when somebody asks."""

import json
import uuid
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from typing import Any

from meshctl.model.ids import KindKey
from tests.apiserver.kinds import Kind, api_version, defined_by
from tests.apiserver.managed import managed_fields

CREATED = "2026-01-01T00:00:00Z"


class Stored:
    """One object with what a server adds to it; `resource_version` is that of its last change."""

    __slots__ = ("_written", "data", "kind", "place", "resource_version")

    def __init__(self, kind: Kind, data: Mapping[str, Any], resource_version: int) -> None:
        self.kind = kind
        self.data = data
        self.place = place(kind, data)
        self.resource_version = resource_version
        self._written: dict[str, bytes] = {}

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata as a server keeps it: with uid, versions, times and whose fields these are."""
        own = dict(self.data["metadata"])
        if self.kind.namespaced:
            own["namespace"] = self.place.partition("/")[0]
        own.setdefault("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.kind.plural}.{self.kind.group}/{self.place}")))
        own["resourceVersion"] = str(self.resource_version)
        own.setdefault("creationTimestamp", CREATED)
        if "spec" in self.data:
            own.setdefault("generation", 1)
        own["managedFields"] = managed_fields(self.data)
        return own

    def complete(self, version: str, *, typed: bool = True) -> dict[str, Any]:
        """The whole object in a version; items of lists of built-in kinds go without apiVersion and kind."""
        head = {"apiVersion": api_version(self.kind.group, version), "kind": self.kind.kind} if typed else {}
        return (
            head | {k: v for k, v in self.data.items() if k not in ("apiVersion", "kind")} | {"metadata": self.metadata}
        )

    def written(self, version: str, *, typed: bool) -> bytes:
        """JSON of `complete`, kept."""
        key = f"{version} {typed}"
        found = self._written.get(key)
        if found is None:
            found = json.dumps(self.complete(version, typed=typed), separators=(",", ":")).encode()
            self._written[key] = found
        return found


def place(kind: Kind, data: Mapping[str, Any]) -> str:
    """Where an object stands among those of its kind: "namespace/name", or its name."""
    metadata = data["metadata"]
    return f"{metadata.get('namespace') or 'default'}/{metadata['name']}" if kind.namespaced else metadata["name"]


class Store:
    """All objects by kind, in the order in which a server lists them."""

    def __init__(self, kinds: Iterable[Kind], objects: Iterable[Mapping[str, Any]]) -> None:
        self.kinds: dict[KindKey, Kind] = {kind.key: kind for kind in kinds}
        self.revision = 100
        self._objects: dict[KindKey, dict[str, Stored]] = {}
        self._order: dict[KindKey, list[str]] = {}
        for data in objects:
            self._put(data)
        for key, found in self._objects.items():
            self._order[key] = sorted(found)

    def _put(self, data: Mapping[str, Any]) -> Stored:
        if not data.get("metadata", {}).get("name"):
            raise ValueError(f"no server has an object without a name: {data}")
        group = str(data["apiVersion"]).rpartition("/")[0]
        key = KindKey(group, str(data["kind"]))
        kind = self.kinds.get(key)
        if kind is None:
            kind = self.kinds[key] = defined_by(data)
        self.revision += 1
        stored = Stored(kind, data, self.revision)
        self._objects.setdefault(key, {})[stored.place] = stored
        return stored

    def put(self, data: Mapping[str, Any]) -> None:
        """Adds an object, or changes that of its name."""
        stored = self._put(data)
        order = self._order.setdefault(stored.kind.key, [])
        at = bisect_left(order, stored.place)
        if order[at : at + 1] != [stored.place]:
            insort(order, stored.place)

    def delete(self, key: KindKey, where: str) -> None:
        """Removes the object at a place; KeyError if there is none."""
        del self._objects[key][where]
        self._order[key].remove(where)
        self.revision += 1

    def get(self, kind: Kind, where: str) -> Stored | None:
        return self._objects.get(kind.key, {}).get(where)

    def places(self, kind: Kind, namespace: str, start: str) -> list[str]:
        """Places of a kind in order, from `start` on; in one namespace, or in all if it is empty."""
        order = self._order.get(kind.key, [])
        prefix = f"{namespace}/" if namespace else ""
        first = bisect_left(order, prefix + start)
        return order[first : bisect_left(order, prefix[:-1] + "0")] if prefix else order[first:]
