"""Tokens, passwords and keys in what differs: that they differ is told, and not what they are."""

from typing import Any

from msgspec import structs

from meshctl.model.difference import Difference
from meshctl.model.paths import Path
from meshctl.proxy.drift.values import dig
from meshctl.sources.redact import REDACTED, redact_value

# What stands in these is by names that somebody chose, as headers are.
_CHOSEN = frozenset({"set", "add"})


def withheld(found: Difference) -> Difference:
    """The difference as it may be shown."""
    if not found.path:
        return found
    desired, sent, running = (shown(value, found.path) for value in (found.desired, found.sent, found.running))
    return structs.replace(found, desired=desired, sent=sent, running=running)


def shown(value: Any, path: Path) -> Any:
    """The value of a resource's field, without what is a secret by its name or by its looks."""
    if isinstance(value, tuple | list):
        return type(value)(shown(each, path) for each in value)
    *before, name = ("", *(part for part in path if isinstance(part, str)))
    if before[-1:] and before[-1] in _CHOSEN:
        return redact_value({name: value}, before[-1])[name]
    return redact_value(value, name)


def shown_within(message: Any, path: Path, value: Any) -> Any:
    """The value that stands at a path in a message of Envoy's: a header's name is not in the path, but beside it."""
    key = dig(message, *path[:-1], "key") if path and path[-1] in ("value", "raw_value") else None
    if isinstance(key, str):
        return redact_value({"key": key, "value": redact_value({key: value}, "set")[key]})["value"]
    return redact_value(value, str(path[-1]) if path else "")


def means(wanted: Any, found: Any, path: Path) -> bool:
    """Whether a value in a recording that was made without secrets may be the one that is wanted."""
    return REDACTED in repr(found) and shown(wanted, path) == found
