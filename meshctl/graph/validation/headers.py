"""Names and values of HTTP headers, and the operations that set, add and remove them."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from meshctl.graph.fields import mapping, numbered_texts
from meshctl.graph.validation.fault import Fault, remembering
from meshctl.model.paths import Path

AUTHORITY = frozenset({":authority", "host"})

_TOKEN = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+\Z").match
_CLAIM = re.compile(r"@request\.auth\.claims(?:\..+|\[.+\])\Z", re.IGNORECASE | re.DOTALL).match
_PSEUDO = frozenset({":method", ":scheme", ":authority", ":path", ":status"})
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]").search
_EXPRESSION = re.compile(r"%%|%[A-Z][A-Z0-9_]*(?:\(.*?\))?(?::\d+)?%")


@lru_cache(1 << 14)
def is_token(name: str) -> bool:
    """The characters that a header's name may have."""
    return _TOKEN(name) is not None


def is_claim(name: str) -> bool:
    """Whether a key of `headers` means a claim of a token."""
    return name.startswith("@") and _CLAIM(name) is not None


def matched_name(name: str, path: Path) -> Iterator[Fault]:
    """The name of a header, or of a claim, that a match looks at."""
    if not (is_token(name) or name in _PSEUDO or is_claim(name)):
        yield Fault(
            path,
            f"{name!r} is no name of a header.",
            "Use letters, digits and dashes, a pseudo-header as :path, or @request.auth.claims.NAME.",
        )


def _operations(value: Any, path: Path) -> Iterator[Fault]:
    headers = mapping(value)
    for side in ("request", "response"):
        changes = mapping(headers.get(side))
        for operation in ("set", "add"):
            for name, text in mapping(changes.get(operation)).items():
                place = (*path, side, operation, name)
                yield from _name(name, place, request=side == "request")
                if isinstance(text, str):
                    yield from _value(text, place)
        for i, name in numbered_texts(changes.get("remove")):
            yield from _name(name, (*path, side, "remove", i), request=False)


_remembering_operations = remembering(_operations)


def operations(value: Any, path: Path) -> Iterable[Fault]:
    """Headers to set, add and remove in requests and responses."""
    return () if value is None else _remembering_operations(value, path)


def authority_changes(headers: Any, path: Path) -> Iterator[Path]:
    """Paths of the operations that set the host of a request."""
    request = mapping(mapping(headers).get("request"))
    for operation in ("set", "add"):
        for name in mapping(request.get(operation)):
            if name.lower() in AUTHORITY:
                yield (*path, "request", operation, name)


def _name(name: str, path: Path, *, request: bool) -> Iterator[Fault]:
    if request and name.lower() in AUTHORITY:
        return
    if name.lower() == "host" or name.startswith(":"):
        yield Fault(path, f"The header {name!r} cannot be changed here.", "Use rewrite.authority to change the host.")
    elif not is_token(name):
        yield Fault(path, f"{name!r} is no name of a header.", "Use letters, digits and dashes.")


def _value(text: str, path: Path) -> Iterator[Fault]:
    if _CONTROL(text):
        yield Fault(path, f"The value of {path[-1]} has control characters.", "Remove line breaks and the like.")
    elif "%" in text and "%" in _EXPRESSION.sub("", text):
        yield Fault(
            path,
            f"{text!r} has a % that begins no expression, so Envoy refuses the whole route.",
            "Write %% for a percent sign, or a whole expression as %REQ(x-id)%.",
        )
