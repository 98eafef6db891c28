"""Path templates of AuthorizationPolicies: `/shops/{*}/items/{**}`."""

import re
from collections.abc import Iterator

from meshctl.graph.validation.fault import Fault
from meshctl.model.paths import Path

_ONE, _REST = "{*}", "{**}"
_LITERAL = re.compile(r"(?:[-A-Za-z0-9._~!$&'()+,;:@=]|%[0-9A-Fa-f]{2})*\Z").match


def path_template(value: str, path: Path) -> Iterator[Fault]:
    """A path, perhaps with `{*}` for one segment and `{**}` for the rest."""
    if "{" not in value and "}" not in value:
        return
    if _ONE not in value and _REST not in value:
        yield Fault(path, f"{value!r} has braces that are no template.", "Use {*} for a segment, {**} for the rest.")
        return
    segments = value.strip("/").split("/")
    for position, segment in enumerate(segments):
        if segment == _REST and not {_ONE, _REST}.isdisjoint(segments[position + 1 :]):
            yield Fault(path, f"{value!r} has a template after {_REST}, which is the last one.", "Leave only the last.")
            return
        if segment not in (_ONE, _REST) and not _LITERAL(segment):
            yield Fault(
                path,
                f"{value!r}: {segment!r} is neither a template nor plain text, and templates stand for whole segments.",
                "Write {*} between slashes; `*` cannot be mixed in.",
            )
            return
