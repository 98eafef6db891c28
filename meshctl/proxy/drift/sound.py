"""What was found without any drift: objects that differ from it only where no resource asks for anything have none."""

from collections.abc import Iterable, Mapping
from typing import Any

from meshctl.proxy.drift.endpointstates import Assignment
from meshctl.proxy.drift.wants import Want

Asked = frozenset[str]
"""Fields at the top of an object that something is asked of."""

Answers = tuple[tuple[str, Any], ...]
"""Those fields with their values; None where there is none."""

# What an object says of itself, besides what is wanted of it: which resource it is from and which object it is.
_ALWAYS = frozenset({"metadata", "name", "match"})
_FEW = 20_000


def asked_by(wants: Iterable[Want]) -> Asked:
    """The fields that these wants look at."""
    return _ALWAYS.union(str(path[0]) for each in wants for path in each.aspect.covers if path)


class Sound:
    """One sound object for each name. For workloads that want the same of it."""

    def __init__(self) -> None:
        self._objects: dict[Any, Answers] = {}
        self._hosts: dict[Any, tuple[Answers, list[Answers]]] = {}
        self._assignments: dict[str, Assignment] = {}

    def note(self, key: Any, message: Mapping[str, Any], asked: Asked) -> None:
        """An object that has no drift, of which these fields were looked at."""
        if len(self._objects) >= _FEW:
            self._objects.clear()
        self._objects[key] = _answers(message, asked)

    def like(self, key: Any, message: Mapping[str, Any]) -> bool:
        """Whether an object is like the sound one of this name wherever that was looked at."""
        known = self._objects.get(key)
        return known is not None and _like(known, message)

    def note_host(self, key: Any, host: Mapping[str, Any], asked: Asked, asked_of_routes: Asked) -> None:
        """A virtual host that has no drift."""
        routes = host.get("routes")
        if isinstance(routes, list) and all(isinstance(route, dict) for route in routes):
            if len(self._hosts) >= _FEW:
                self._hosts.clear()
            self._hosts[key] = _answers(host, asked), [_answers(route, asked_of_routes) for route in routes]

    def like_host(self, key: Any, host: Mapping[str, Any]) -> bool:
        """Whether a virtual host is like the sound one, with routes that are like its routes."""
        known, routes = self._hosts.get(key), host.get("routes")
        if known is None or not isinstance(routes, list) or len(routes) != len(known[1]) or not _like(known[0], host):
            return False
        for sound, route in zip(known[1], routes, strict=True):
            if not isinstance(route, dict) or not _like(sound, route):
                return False
        return True

    def note_endpoints(self, name: str, assignment: Assignment) -> None:
        """The endpoints of a cluster that are as they should be."""
        if len(self._assignments) >= _FEW:
            self._assignments.clear()
        self._assignments[name] = assignment

    def like_endpoints(self, name: str, assignment: Assignment) -> bool:
        """Whether the same addresses are in the same state."""
        return self._assignments.get(name) == assignment


def _answers(message: Mapping[str, Any], asked: Asked) -> Answers:
    return tuple((name, message.get(name)) for name in asked)


def _like(known: Answers, message: Mapping[str, Any]) -> bool:
    # Called for every object of every dump: a loop is half of the cost of `all`.
    get = message.get
    for name, value in known:  # noqa: SIM110
        if get(name) != value:
            return False
    return True
