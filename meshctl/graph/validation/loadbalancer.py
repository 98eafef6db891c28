"""How a client chooses among endpoints."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, integer, mapping, numbered, text
from meshctl.graph.validation.durations import duration
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.locality import locality
from meshctl.graph.validation.ranges import percent
from meshctl.model.paths import Path

_LARGEST_TABLE = 5_000_011


def load_balancer(value: Any, path: Path, has_outlier: bool) -> Iterator[Fault]:
    """Settings of load balancing; `has_outlier`: the same policy has outlier detection."""
    settings = mapping(value)
    hashing = settings.get("consistentHash")
    if isinstance(hashing, dict):
        yield from _hashing(hashing, (*path, "consistentHash"))
    by_place, by_zone = settings.get("localityLbSetting"), settings.get("zoneAwareLbSetting")
    if by_place is not None and by_zone is not None:
        yield Fault(
            (*path, "zoneAwareLbSetting"),
            "localityLbSetting and zoneAwareLbSetting exclude each other.",
            "Keep one of the two.",
        )
    yield from locality(by_place, (*path, "localityLbSetting"), has_outlier=has_outlier, by_zone=False)
    yield from locality(by_zone, (*path, "zoneAwareLbSetting"), has_outlier=has_outlier, by_zone=True)
    yield from duration(settings.get("warmupDurationSecs"), (*path, "warmupDurationSecs"))
    if isinstance(warmup := settings.get("warmup"), dict):
        place = (*path, "warmup")
        if warmup.get("duration") is None:
            yield Fault((*place, "duration"), "The warm-up has no duration.", "Add one, as 60s.")
        yield from duration(warmup.get("duration"), (*place, "duration"))
        yield from percent(warmup.get("minimumPercent"), (*place, "minimumPercent"))
        aggression = warmup.get("aggression")
        if isinstance(aggression, int | float) and aggression <= 0:
            yield Fault((*place, "aggression"), f"{aggression} is too small for aggression.", "Use more than 0.")


def _hashing(value: Fields, path: Path) -> Iterator[Fault]:
    if isinstance(cookie := value.get("httpCookie"), dict):
        place = (*path, "httpCookie")
        if not cookie.get("name"):
            yield Fault((*place, "name"), "The cookie has no name.", "Add one.")
        yield from duration(cookie.get("ttl"), (*place, "ttl"), zero=True)
        seen: set[str] = set()
        for i, attribute in numbered(cookie.get("attributes")):
            name = text(attribute.get("name"))
            if not name:
                yield Fault((*place, "attributes", i, "name"), "The attribute has no name.", "Add one.")
            elif name in seen:
                yield Fault((*place, "attributes", i, "name"), f"The attribute {name} stands twice.", "Keep one.")
            seen.add(name)
    if value.get("minimumRingSize"):
        place = (*path, "minimumRingSize")
        yield Fault(
            place, "minimumRingSize is deprecated here.", "Write `ringHash: {minimumRingSize: ...}`.", warning=True
        )
        if value.get("ringHash") is not None or value.get("maglev") is not None:
            yield Fault(place, "minimumRingSize cannot stand beside ringHash or maglev.", "Remove it.")
    if isinstance(maglev := value.get("maglev"), dict):
        size = integer(maglev.get("tableSize"))
        if size is None or size >= _LARGEST_TABLE or not _is_prime(size):
            yield Fault(
                (*path, "maglev", "tableSize"),
                f"{'No size' if size is None else size} is no size of a Maglev table.",
                f"Use a prime number below {_LARGEST_TABLE}, as 65537.",
            )


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % factor for factor in range(2, int(number**0.5) + 1))
