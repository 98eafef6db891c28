"""Names of protocols in ports of Gateways, ServiceEntries and Sidecars, and what they have in common."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from meshctl.graph.nearest import Names
from meshctl.graph.validation.fault import Fault
from meshctl.model.paths import Path

HTTP = frozenset({"HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB"})
TLS = frozenset({"HTTPS", "TLS"})
TCP = frozenset({"TCP", "HTTPS", "TLS", "MONGO", "REDIS", "MYSQL"})
KNOWN = HTTP | TLS | TCP | {"UDP"}


@cache
def _names() -> Names:
    return Names(KNOWN)


def protocol(value: Any, path: Path, *, optional: bool = False) -> Iterator[Fault]:
    """The name of a protocol, in letters of either case."""
    name = value if isinstance(value, str) else ""
    if name.upper() in KNOWN or (optional and not name):
        return
    near = _names().nearest(name.upper())
    fix = f"Did you mean {near}?" if near else f"Use one of {', '.join(sorted(KNOWN))}."
    yield Fault(path, f"{name!r} is no protocol that Istio knows." if name else "The port has no protocol.", fix)
