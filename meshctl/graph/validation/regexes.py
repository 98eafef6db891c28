"""Regular expressions as Envoy reads them: RE2, which knows no look-around and no back-references."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from meshctl.graph.validation.fault import Fault
from meshctl.model.paths import Path

LONGEST = 1024


@lru_cache(8192)
def regex_error(pattern: str) -> str:
    """Why RE2 refuses a pattern; empty if it does not."""
    import re2  # type: ignore[import-untyped]

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason) or "not RE2"
    return ""


def regex(value: Any, path: Path) -> Iterator[Fault]:
    """A regular expression: not empty, at most 1024 characters, RE2 syntax."""
    if not isinstance(value, str):
        return
    if not value:
        yield Fault(path, "The regular expression is empty.", "Write one, or remove the condition.")
    elif len(value) > LONGEST:
        yield Fault(path, f"The regular expression has {len(value)} characters.", f"Use {LONGEST} at most.")
    elif why := regex_error(value):
        yield Fault(
            path,
            f"{value!r} is no regular expression that Envoy understands: {why}.",
            "Write it in RE2 syntax, which has no look-ahead, look-behind or back-reference.",
        )


def string_match(value: Any, path: Path, *, prefix: bool = True) -> Iterator[Fault]:
    """A condition of `exact`, `prefix` or `regex`; `prefix` says that an empty prefix is refused."""
    if not isinstance(value, dict):
        return
    if "exact" in value and len(value) == 1:
        return
    if prefix and value.get("prefix") == "":
        yield Fault((*path, "prefix"), "The prefix is empty, which every value has.", "Write a prefix.")
    if "regex" in value:
        yield from regex(value["regex"], (*path, "regex"))
