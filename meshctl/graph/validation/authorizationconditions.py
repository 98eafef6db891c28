"""The conditions (`when`) of an AuthorizationPolicy."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from meshctl.graph.fields import listed, numbered_texts, text
from meshctl.graph.nearest import Names
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.names import is_subnet
from meshctl.graph.validation.ranges import MAX_PORT
from meshctl.model.paths import Path

_ADDRESSES = frozenset({"source.ip", "remote.ip", "destination.ip"})
_PORT = "destination.port"
_OF_CALLER = frozenset({"source.namespace", "source.serviceAccount", "source.principal", "source.trustDomain"})
_OF_TOKEN = frozenset({"request.auth.principal", "request.auth.audiences", "request.auth.presenter"})
_KNOWN = _ADDRESSES | _OF_CALLER | _OF_TOKEN | {_PORT, "connection.sni"}
_NAMED = re.compile(r"(?:request\.headers|request\.auth\.claims|experimental\.envoy\.filters\.[^\[]+)\[.+\]\Z").match
_REMOVED = frozenset({"destination.namespace", "destination.labels", "destination.name", "destination.user"})


@cache
def _names() -> Names:
    return Names(_KNOWN)


def conditions(value: Any, path: Path, custom: bool) -> Iterator[Fault]:
    """Conditions by key; `custom` for the action CUSTOM, which does not know who calls."""
    for i, condition in enumerate(listed(value)):
        place = (*path, i)
        if not isinstance(condition, dict):
            yield Fault(place, "The condition is null.", "Remove it.")
            continue
        key = text(condition.get("key"))
        if not key:
            yield Fault((*place, "key"), "The condition has no key.", "Say what it is about, as source.ip.")
            continue
        yield from _key(key, (*place, "key"), custom)
        if not condition.get("values") and not condition.get("notValues"):
            yield Fault((*place, "values"), f"The condition for {key} has no values.", "Add values or notValues.")
        for field in ("values", "notValues"):
            for j, item in numbered_texts(condition.get(field)):
                yield from _item(key, item, (*place, field, j))


def _key(key: str, path: Path, custom: bool) -> Iterator[Fault]:
    if custom and (key in _OF_CALLER or key.startswith("request.auth.")):
        yield Fault(path, f"CUSTOM cannot decide by {key}.", "Leave that to the provider.")
    elif key in _KNOWN or _NAMED(key):
        return
    elif key.partition("[")[0] in _REMOVED:
        yield Fault(path, f"{key} is no longer supported.", "Choose workloads by the selector of the policy.")
    else:
        near = _names().nearest(key)
        fix = f"Did you mean {near}?" if near else f"Use {', '.join(sorted(_KNOWN))} or request.headers[NAME]."
        yield Fault(path, f"{key!r} is nothing that a condition can be about.", fix)


def _item(key: str, item: str, path: Path) -> Iterator[Fault]:
    if key in _ADDRESSES and not is_subnet(item):
        yield Fault(path, f"{item!r} is no address or network.", "Write it as 10.1.2.3 or 10.0.0.0/8.")
    elif key == _PORT and not (item.isdecimal() and int(item) <= MAX_PORT):
        yield Fault(path, f"{item!r} is no port number.", f"Use a number up to {MAX_PORT}.")
    elif not item and (key in _KNOWN or _NAMED(key)):
        yield Fault(path, f"A value for {key} is empty.", "Write it, or remove the item.")
