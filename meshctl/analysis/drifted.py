"""How differences between resources and proxies are told."""

from typing import Any

from meshctl.analysis.phrases import enumerated
from meshctl.graph.view import View
from meshctl.model.difference import Difference
from meshctl.model.paths import Path, dotted

_FEW = 3


def on_proxies(found: Difference) -> str:
    """`on web-1.shop`, `on 400 proxies: web-1.shop, web-2.shop, web-3.shop and 397 more`."""
    count = len(found.proxies)
    if count == 1:
        return f"on {found.proxies[0]}"
    return f"on {count} proxies: {enumerated(found.proxies[:_FEW], count)}"


def what_drifted(subject: View, path: Path, found: Difference) -> str:
    """`spec.http[0].timeout of VirtualService shop/web`, or what it is called in the proxy."""
    if found.resource is not None and found.path and found.resource[1:] == subject.id[1:]:
        return f"{dotted(path)} of {subject.id}"
    source = f" of {found.resource}" if found.resource else ""
    objects = enumerated(found.objects[:_FEW], len(found.objects))
    return f"{found.field or 'the object'} in {objects}{source}"


def said(value: Any) -> str:
    """A value in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(map(said, value)) or "nothing"
    return str(value)


def drift_key(found: Difference) -> tuple[str, ...]:
    """What tells two differences at one field apart."""
    return found.field, *found.objects[:1], said(found.running)
