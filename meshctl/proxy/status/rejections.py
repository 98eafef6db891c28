"""What a proxy refused, out of the words of its answer and out of its own dump."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from meshctl.model.proxystate import Rejection
from meshctl.proxy.envoy.skim import Listener
from meshctl.sources.secrettexts import redact_text

_PREAMBLE = re.compile(r"Error adding/updating (?:listener|cluster|route|filter chain)\(s\) ")
# Envoy puts a listener's name before its own words, one listener a line; clusters stand after one another.
_NAMED = re.compile(r"(?P<name>[^\s:][^\s]*?): (?P<words>.+)", re.DOTALL)
_NEXT_CLUSTER = re.compile(r", (?=(?:outbound|inbound|outbound_|inbound-vip|[A-Z][A-Za-z]+Cluster)[^\s:]*: )")


def rejections_in(type_name: str, error: str) -> tuple[Rejection, ...]:
    """The refused things that an error of a proxy names; without names, the error as a whole is one."""
    # Envoy may quote what it refused, whole.
    error = redact_text(error)
    preamble = _PREAMBLE.match(error)
    if not preamble:
        return (Rejection(type_name, "", error.strip()),)
    rest = error[preamble.end() :].strip()
    parts = rest.split("\n") if type_name == "LDS" else _NEXT_CLUSTER.split(rest)
    found: list[Rejection] = []
    for part in parts:
        if named := _NAMED.fullmatch(part.strip()):
            found.append(Rejection(type_name, named["name"], named["words"].strip()))
        elif found and part.strip():
            last = found.pop()
            found.append(Rejection(type_name, last.resource, f"{last.reason}\n{part.strip()}"))
    return tuple(found) or (Rejection(type_name, "", rest),)


def rejections_of(listeners: Iterable[Listener]) -> Iterator[Rejection]:
    """The listeners that Envoy says it refused: of all types it tells this of listeners alone."""
    told = set()
    for entry in listeners:
        if not entry.error_state:
            continue
        failed = entry.error_state.failed_configuration
        # One that serves in an older form is there twice, the second time without a name of the entry.
        name = entry.name or str(failed.get("name") or "")
        if name not in told:
            told.add(name)
            yield Rejection("LDS", name, redact_text(entry.error_state.details.strip()), frozenset(_filters(failed)))


def _filters(value: Any) -> Iterator[str]:
    """Names and types of everything in a message that has a `typed_config`."""
    if isinstance(value, Mapping):
        if isinstance(value.get("typed_config"), Mapping) and value.get("name"):
            yield str(value["name"])
            yield str(value["typed_config"].get("@type", "")).rpartition("/")[2]
        for each in value.values():
            yield from _filters(each)
    elif isinstance(value, list):
        for each in value:
            yield from _filters(each)
