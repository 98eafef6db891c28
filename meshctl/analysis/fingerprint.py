"""What makes a finding the same finding in the next run."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from meshctl.analysis.analyzer import Analyzer, Claim
from meshctl.model.paths import Path, dotted

_OWN_NAMES = ("name", "host", "number", "prefix")


def fingerprint(analyzer: Analyzer, claim: Claim) -> str:
    """32 hex digits over code, name, resource, field and what the claim is about.

    No line, file name or message takes part, nor the position of an item in a list, which goes by its own name if it
    has one: moving lines, renaming files and inserting an item above change nothing. Findings about items without a
    name may have equal fingerprints, so whoever compares two runs has to count them. A claim about a file that has no
    key goes by file and message.
    """
    parts = [analyzer.code, analyzer.name, *claim.key]
    if claim.subject is not None:
        i = claim.subject.id
        parts += [i.cluster, i.group, i.kind, i.namespace, i.name, dotted(_named(claim.path, claim.subject.data))]
    elif claim.place is not None:
        parts += [] if claim.key else [claim.place.file, claim.message]
    if claim.absent is not None:
        parts += [claim.absent.what, claim.absent.name]
    return sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]


def _named(path: Path, data: Mapping[str, Any]) -> Path:
    """The path with the positions in lists replaced by the item's own name, a star where it has none."""
    named: list[str | int] = []
    value: Any = data
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            value = None
        named.append(_own_name(value) if isinstance(part, int) else part)
    return tuple(named)


def _own_name(item: Any) -> str:
    if isinstance(item, str | int | float):
        return str(item)
    if isinstance(item, Mapping):
        for key in _OWN_NAMES:
            if isinstance(item.get(key), str | int):
                return str(item[key])
    return "*"
