"""The filters of subsets, as far as annotations of pods can answer them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from meshctl.graph.consul.annotations import META, TAGS
from meshctl.graph.kinds.workload import Workload

_VALUE = r"(?:\"(?P<{0}q>[^\"]*)\"|`(?P<{0}b>[^`]*)`|(?P<{0}w>[A-Za-z0-9_./:-]+))"
_NAME = r"(?:Service\.Meta\.(?P<key>[A-Za-z0-9_]+)|Service\.Meta\[\"(?P<quoted>[^\"]+)\"\])"
_META = re.compile(rf"\s*{_NAME}\s*(?P<operator>==|!=)\s*{_VALUE.format('m')}\s*")
_IN = re.compile(rf"\s*{_VALUE.format('i')}\s+(?P<negated>not\s+)?in\s+Service\.Tags\s*")
_CONTAINS = re.compile(rf"\s*Service\.Tags\s+(?P<negated>not\s+)?contains\s+{_VALUE.format('c')}\s*")
# What Consul writes itself for each pod.
_WRITTEN = frozenset({"pod-name", "pod-uid", "k8s-service-name", "k8s-namespace", "managed-by", "synthetic-node"})


class Condition(NamedTuple):
    """One comparison: of the metadata `key`, or of the tags where that is empty."""

    key: str
    value: str
    negated: bool


def conditions(filter: str) -> tuple[Condition, ...] | None:
    """The comparisons all of which have to hold; None for a filter that is more than that."""
    found = [_condition(part) for part in re.split(r"\s+and\s+", filter.strip())]
    return None if None in found or any(c and c.key in _WRITTEN for c in found) else tuple(c for c in found if c)


def holds(condition: Condition, pod: Workload) -> bool | None:
    """Whether an instance of the service fits; None where that is known only when it runs."""
    if not condition.key:
        return (condition.value in tags(pod)) != condition.negated
    said = meta(pod).get(condition.key)
    if said == "$POD_NAME":
        return None
    return (said == condition.value) != condition.negated


def meta(pod: Workload) -> Mapping[str, str]:
    """The metadata that annotations give the service of a pod."""
    return {key.removeprefix(META): value for key, value in pod.pod_annotations.items() if key.startswith(META)}


def tags(pod: Workload) -> tuple[str, ...]:
    """The tags that an annotation gives it."""
    return tuple(tag.strip() for tag in pod.pod_annotations.get(TAGS, "").split(","))


def _condition(part: str) -> Condition | None:
    if match := _META.fullmatch(part):
        return Condition(match["key"] or match["quoted"], _value(match, "m"), match["operator"] == "!=")
    if match := _IN.fullmatch(part):
        return Condition("", _value(match, "i"), match["negated"] is not None)
    if match := _CONTAINS.fullmatch(part):
        return Condition("", _value(match, "c"), match["negated"] is not None)
    return None


def _value(match: re.Match[str], prefix: str) -> str:
    return match[f"{prefix}q"] or match[f"{prefix}b"] or match[f"{prefix}w"] or ""
