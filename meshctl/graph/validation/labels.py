"""Label sets, and the ways in which a resource says whom it is for."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.validation.fault import Fault, remembering
from meshctl.graph.validation.names import is_fqdn
from meshctl.model.paths import Path

_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?\Z").match
_LONGEST_NAME, _LONGEST_PREFIX = 63, 253
_TARGETS = {
    ("", "Service"),
    ("core", "Service"),
    ("networking.istio.io", "ServiceEntry"),
    ("gateway.networking.k8s.io", "Gateway"),
    ("gateway.networking.k8s.io", "GatewayClass"),
}


@lru_cache(1 << 16)
def is_label_key(key: str) -> bool:
    """A label's key: a name of up to 63 characters, before it perhaps a DNS name and a slash."""
    prefix, slash, name = key.rpartition("/")
    if slash and (len(prefix) > _LONGEST_PREFIX or not is_fqdn(prefix)):
        return False
    return len(name) <= _LONGEST_NAME and _NAME(name) is not None


@lru_cache(1 << 16)
def is_label_value(value: str) -> bool:
    """A label's value: empty, or letters, digits and inner `-`, `_`, `.`."""
    return not value or _NAME(value) is not None


def label_set(value: Any, path: Path) -> Iterator[Fault]:
    """Labels that workloads are to carry."""
    for key, label in mapping(value).items():
        if not is_label_key(key):
            yield Fault((*path, key), f"{key!r} is no key of a label.", "Use letters, digits and inner -, _ or dots.")
        if isinstance(label, str) and not is_label_value(label):
            yield Fault(
                (*path, key), f"{label!r} is no value of a label.", "Use letters, digits and inner -, _ or dots."
            )


def _selector(value: Any, path: Path) -> Iterator[Fault]:
    field = str(path[-1])
    wanted = mapping(value).get(field)
    for key, label in mapping(wanted).items():
        if not key:
            yield Fault(path, "The selector has a label without a key, which fits no workload.", "Remove it.")
        elif "*" in key or (isinstance(label, str) and "*" in label):
            yield Fault(
                (*path, key),
                f"The selector has a wildcard in {key}: {label}, and labels are only compared whole.",
                "Write the label as the workloads carry it.",
            )


_remembering_selector = remembering(_selector)


def selector(spec: Fields, path: Path, field: str, of: str) -> Iterable[Fault]:
    """The selector in `field` of a spec; its labels are under `of` (`labels`, `matchLabels`)."""
    value = spec.get(field)
    return () if value is None else _remembering_selector(value, (*path, field, of))


def chosen(spec: Fields, path: Path, field: str = "selector", of: str = "matchLabels") -> Iterator[Fault]:
    """Whom a policy is for: a selector, a target or several, and only one of the three."""
    given = [name for name in (field, "targetRef", "targetRefs") if spec.get(name)]
    if len(given) > 1:
        yield Fault(
            (*path, given[1]),
            f"Both {given[0]} and {given[1]} say whom it is for, and only one of them may.",
            "Keep one of the two.",
        )
    yield from selector(spec, path, field, of)
    if isinstance(spec.get("targetRef"), dict):
        yield from _target(spec["targetRef"], (*path, "targetRef"))
    for i, target in numbered(spec.get("targetRefs")):
        yield from _target(target, (*path, "targetRefs", i))


def _target(value: Fields, path: Path) -> Iterator[Fault]:
    if not value.get("name"):
        yield Fault((*path, "name"), "The target has no name.", "Add the name of the Gateway or Service.")
    if value.get("namespace"):
        yield Fault(
            (*path, "namespace"),
            "The target names a namespace: only targets of its own namespace can be referred to.",
            "Remove the namespace, or move the resource there.",
        )
    group, kind = text(value.get("group")), text(value.get("kind"))
    if (group, kind) not in _TARGETS:
        yield Fault(
            (*path, "kind"),
            f"A {kind or 'thing without kind'} of the group {group or 'core'!r} cannot be the target.",
            "Use a Service, a ServiceEntry, or a Gateway or GatewayClass of gateway.networking.k8s.io.",
        )
