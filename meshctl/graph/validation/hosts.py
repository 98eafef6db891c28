"""Fields that hold one host, and fields that say who sees a resource."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import numbered_texts
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.names import host_complaint, is_fqdn, is_ip, is_label, is_wildcard_domain
from meshctl.model.paths import Path


def wildcard_domain(value: Any, path: Path) -> Iterator[Fault]:
    """A host name, the first part of which may be a wildcard."""
    if isinstance(value, str) and not is_wildcard_domain(value):
        yield Fault(path, f"{value!r} is no host name: {host_complaint(value)}.", "Write a name as shop.example.com.")


def fqdn(value: Any, path: Path) -> Iterator[Fault]:
    """A host name without wildcard."""
    if isinstance(value, str) and not is_fqdn(value):
        why = host_complaint(value, wildcard=False)
        yield Fault(path, f"{value!r} is no host name: {why}.", "Write a whole name as shop.example.com.")


def fqdn_or_ip(value: Any, path: Path) -> Iterator[Fault]:
    """A host name without wildcard, or an address."""
    if isinstance(value, str) and not is_ip(value):
        yield from fqdn(value, path)


def export_to(value: Any, path: Path, namespace: str, *, hidden: bool = False) -> Iterator[Fault]:
    """Namespaces, `.` or `*`; with `hidden` also `~`, nobody."""
    if not value:
        return
    seen: set[str] = set()
    scopes = list(numbered_texts(value))
    for i, scope in scopes:
        place = (*path, i)
        own = namespace if scope == "." else scope
        if scope not in (".", "*") and not (hidden and scope == "~") and not is_label(scope):
            allowed = '".", "*"' + (', "~"' if hidden else "") + " or the name of a namespace"
            yield Fault(place, f"{scope!r} is no namespace to export to.", f"Use {allowed}.")
        elif own in seen:
            yield Fault(place, f"{scope!r} stands twice in exportTo.", "Remove one of the two.")
        elif scope in ("*", "~") and len(scopes) > 1:
            yield Fault(place, f"{scope!r} in exportTo leaves no room for others beside it.", "Keep it, or the others.")
        seen.add(own)
