"""Load balancing by region and zone."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import integer, mapping, numbered, numbered_texts, text
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.ranges import between
from meshctl.model.paths import Path

_TOPOLOGY = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone")


def locality(value: Any, path: Path, *, has_outlier: bool, by_zone: bool) -> Iterator[Fault]:
    """Shares or order of localities; `by_zone` for `zoneAwareLbSetting`, `has_outlier`: bad endpoints are noticed."""
    setting = mapping(value)
    distribute, failover = setting.get("distribute"), setting.get("failover")
    priority = setting.get("failoverPriority")
    if distribute and failover:
        yield Fault(
            (*path, "failover"),
            "distribute sends fixed shares and failover only goes elsewhere on failure, so they exclude each other.",
            "Keep one of the two.",
        )
    for i, label in numbered_texts(priority):
        if (failover or by_zone) and label.partition("=")[0] in _TOPOLOGY:
            yield Fault(
                (*path, "failoverPriority", i),
                f"{label} is decided by {'zone awareness' if by_zone else 'failover'} and cannot be a priority too.",
                "Remove it.",
            )
    for i, share in numbered(distribute):
        yield from _shares(share.get("to"), (*path, "distribute", i, "to"))
    yield from _sources(distribute, (*path, "distribute"))
    for i, change in numbered(failover):
        yield from _failover(text(change.get("from")), text(change.get("to")), (*path, "failover", i))
    if (failover or priority) and not has_outlier:
        yield Fault(
            (*path, "failover" if failover else "failoverPriority"),
            "Failover needs to know which endpoints fail, and there is no outlierDetection: it never happens.",
            "Add outlierDetection to the same traffic policy.",
            warning=True,
        )


def _shares(value: Any, path: Path) -> Iterator[Fault]:
    total = 0
    for place, weight in mapping(value).items():
        yield from between(weight, (*path, place), 1, 100)
        total += integer(weight) or 0
    if total != 100:
        yield Fault(path, f"The shares make {total} together, not 100.", "Correct the weights.")
    yield from _places([(place, (*path, place)) for place in mapping(value)])


def _sources(value: Any, path: Path) -> Iterator[Fault]:
    yield from _places([(text(share.get("from")), (*path, i, "from")) for i, share in numbered(value)])


def _places(places: list[tuple[str, Path]]) -> Iterator[Fault]:
    """Localities `region/zone/subzone`, none of them inside another one of the list."""
    seen: dict[str, str] = {}
    for place, path in places:
        parts = place.split("/")
        if not all(parts):
            yield Fault(path, f"{place!r} has an empty part.", "Write it as region/zone/subzone.")
        elif any("*" in part for part in parts[:-1]) or parts[-1].count("*") > 1:
            yield Fault(path, f"{place!r} has a wildcard before its end.", "Write it as region/zone/*.")
    for place, path in sorted(places):
        cut = place.removesuffix("*").rstrip("/")
        parts = cut.split("/") if cut else []
        around = ["/".join(parts[:n]) for n in range(len(parts) + 1)]
        other = next((seen[outer] for outer in around if outer in seen), None)
        if other is not None:
            yield Fault(path, f"{place} overlaps with {other}, so it is open which one counts.", "Keep one of the two.")
        seen.setdefault(cut, place)


def _failover(origin: str, to: str, path: Path) -> Iterator[Fault]:
    for field, place in (("from", origin), ("to", to)):
        if "/" in place or "*" in place:
            yield Fault((*path, field), f"{place!r} is no region.", "Name a region alone, without zone or wildcard.")
    if origin and origin == to:
        yield Fault((*path, "to"), f"Failover from {origin} to itself goes nowhere.", "Name another region.")
