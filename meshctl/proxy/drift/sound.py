"""What was found without any drift: objects that differ from it only where no resource asks for anything have none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from meshctl.proxy.drift.endpointstates import Assignment
from meshctl.proxy.drift.wants import Want

Asked = frozenset[str]
"""Fields at the top of an object that something is asked of."""

# What an object says of itself, besides what is wanted of it: which resource it is from and which object it is.
_ALWAYS = frozenset({"metadata", "name", "match"})
_FEW = 20_000


def asked_by(wants: Iterable[Want]) -> Asked:
    """The fields that these wants look at."""
    return _ALWAYS.union(str(path[0]) for each in wants for path in each.aspect.covers if path)


class Sound:
    """One sound object for each name. For workloads that want the same of it."""

    def __init__(self) -> None:
        self._objects: dict[Any, tuple[Mapping[str, Any], Asked]] = {}
        self._assignments: dict[str, Assignment] = {}

    def note(self, key: Any, message: Mapping[str, Any], asked: Asked) -> None:
        """An object that has no drift, of which these fields were looked at."""
        if len(self._objects) >= _FEW:
            self._objects.clear()
        self._objects[key] = message, asked

    def like(self, key: Any, message: Mapping[str, Any]) -> bool:
        """Whether an object is like the sound one of this name wherever that was looked at."""
        known = self._objects.get(key)
        return known is not None and _like(known[0], message, known[1])

    def note_host(self, key: Any, host: Mapping[str, Any], asked: Asked, asked_of_routes: Asked) -> None:
        """A virtual host that has no drift."""
        routes = host.get("routes")
        if isinstance(routes, list) and all(isinstance(route, dict) for route in routes):
            self.note(key, host, asked)
            self.note((key, "routes"), {"routes": routes}, asked_of_routes)

    def like_host(self, key: Any, host: Mapping[str, Any]) -> bool:
        """Whether a virtual host is like the sound one, with routes that are like its routes."""
        if not self.like(key, host):
            return False
        known, asked = self._objects.get((key, "routes"), ({}, _ALWAYS))
        return _all_like(known.get("routes", ()), host.get("routes"), asked)

    def note_endpoints(self, name: str, assignment: Assignment) -> None:
        """The endpoints of a cluster that are as they should be."""
        if len(self._assignments) >= _FEW:
            self._assignments.clear()
        self._assignments[name] = assignment

    def like_endpoints(self, name: str, assignment: Assignment) -> bool:
        """Whether the same addresses are in the same state."""
        return self._assignments.get(name) == assignment


def _all_like(known: Sequence[Any], routes: Any, asked: Asked) -> bool:
    return (
        isinstance(routes, list)
        and len(routes) == len(known)
        and all(isinstance(r, dict) and _like(k, r, asked) for k, r in zip(known, routes, strict=True))
    )


def _like(one: Mapping[str, Any], other: Mapping[str, Any], asked: Asked) -> bool:
    return all(one.get(name) == other.get(name) for name in asked)
