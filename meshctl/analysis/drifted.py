"""How differences between resources and proxies are told."""

from typing import Any

from meshctl.analysis.analyzer import Also, Claim
from meshctl.analysis.phrases import enumerated
from meshctl.graph.drifted import drifted_subject
from meshctl.graph.mesh import MeshGraph
from meshctl.model.difference import Difference
from meshctl.model.paths import dotted

_FEW = 3


def drift_claim(
    mesh: MeshGraph, found: Difference, message: str, *, fix: str = "", related: tuple[Also, ...] = ()
) -> Claim:
    """A claim about a difference, at the field that asks for what drifted; without `fix` the difference knows one."""
    subject, path = drifted_subject(mesh, found)
    key = found.field, *found.objects[:1], said(found.running)
    return Claim(subject, path, message, fix=fix or f"{found.fix}.", related=related, key=key)


def on_proxies(found: Difference) -> str:
    """`on web-1.shop`, `on 400 proxies: web-1.shop, web-2.shop, web-3.shop and 397 more`."""
    count = len(found.proxies)
    if count == 1:
        return f"on {found.proxies[0]}"
    return f"on {count} proxies: {enumerated(found.proxies[:_FEW], count)}"


def hosts_of(found: Difference) -> str:
    """The hosts of the clusters that it is about, each once."""
    return ", ".join(dict.fromkeys(name.rpartition("|")[2] for name in found.objects))


def what_drifted(mesh: MeshGraph, found: Difference) -> str:
    """`spec.http[0].timeout of VirtualService shop/web`, or what it is called in the proxy."""
    subject, path = drifted_subject(mesh, found)
    if found.resource is not None and found.path and found.resource[1:] == subject.id[1:]:
        return f"{dotted(path)} of {subject.id}"
    source = f" of {found.resource}" if found.resource else ""
    objects = enumerated(found.objects[:_FEW], len(found.objects))
    return f"{found.field or 'the object'} in {objects}{source}"


def is_left(found: Difference) -> bool:
    """Whether it is about something in a proxy that was made from a resource which is there no more."""
    return found.resource is not None and found.path == ("metadata", "name") and found.desired is None


def what_is_left(found: Difference, who: str) -> str:
    """`VirtualService shop/web is not in the input, and WHO what was made from it: route 80/web, on web-1.shop.`"""
    objects = enumerated(found.objects[:_FEW], len(found.objects))
    return f"{found.resource} is not in the input, and {who} what was made from it: {objects}, {on_proxies(found)}."


LEFT = "Give it with the input if it is in the cluster; if it is not, look in istiod's log for why it still has it."


def said(value: Any) -> str:
    """A value in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(map(said, value)) or "nothing"
    return str(value)
