"""Envoy's `/stats`, as JSON or text, in each form that its histograms can have."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from meshctl.proxy.envoy.answers import BrokenAnswer, decode_object
from meshctl.proxy.latency.estimate import Computed
from meshctl.proxy.latency.histogram import Grain, Histogram, from_bins, from_cumulative, from_disjoint

Value = float | Histogram | Computed
"""A counter or gauge, or the durations of one name."""

_PAIR = re.compile(r"([PB])([\d.e+]+)\(([^,()]*),([^,()]*)\)")
_BIN = re.compile(r"([\d.e+-]+),([\d.e+-]+):(\d+)")


def read_stats(data: bytes) -> Iterator[tuple[str, Value]]:
    """(name, value) of each counter and gauge, and of each histogram that has counts. Raises BrokenAnswer."""
    try:
        if data[:200].lstrip().startswith(b"{"):
            yield from _json(decode_object(data).get("stats") or ())
        else:
            yield from _text(data.decode(errors="replace").splitlines())
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise BrokenAnswer(f"is not what Envoy answers to /stats: {error}") from error


def _json(stats: Any) -> Iterator[tuple[str, Value]]:
    for stat in stats:
        if "name" in stat:
            if isinstance(stat.get("value"), int | float):
                yield stat["name"], float(stat["value"])
        elif histograms := stat.get("histograms"):
            yield from _json_list(histograms) if isinstance(histograms, list) else _json_object(histograms)


def _json_list(histograms: Any) -> Iterator[tuple[str, Value]]:
    """`histogram_buckets=cumulative` or `disjoint`, which look alike: only numbers that never fall are cumulative."""
    buckets = {h["name"]: [(float(b["upper_bound"]), int(b["cumulative"])) for b in h["buckets"]] for h in histograms}
    yield from _buckets(buckets)


def _json_object(histograms: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for each in histograms.get("details") or ():
        bins = [(b["lower_bound"], b["width"], int(b["count"])) for b in each.get("totals") or ()]
        yield each["name"], from_bins(bins)
    quantiles = [float(q) / 100 for q in histograms.get("supported_quantiles") or ()]
    for each in histograms.get("computed_quantiles") or ():
        values = [value.get("cumulative") for value in each["values"]]
        known = {q: float(value) for q, value in zip(quantiles, values, strict=True) if value is not None}
        if known:
            yield each["name"], Computed(known)


def _text(lines: list[str]) -> Iterator[tuple[str, Value]]:
    buckets: dict[str, list[tuple[float, int]]] = {}
    name = ""
    for line in lines:
        if line.startswith("  totals="):
            yield name, from_bins((float(low), float(wide), int(n)) for low, wide, n in _BIN.findall(line))
            continue
        if line.startswith("  "):
            continue
        name, separator, value = line.rpartition(": ")
        if not separator:
            name = line.removesuffix(":").rstrip()
        elif value.lstrip("-").isdigit():
            yield name, float(value)
        elif pairs := _PAIR.findall(line):
            name = line[: line.index(f": {pairs[0][0]}{pairs[0][1]}(")]
            if pairs[0][0] == "B":
                buckets[name] = [(float(bound), int(count)) for _, bound, _, count in pairs]
            else:
                known = {float(q) / 100: float(v) for _, q, _, v in pairs if v != "nan"}
                yield name, Computed(known)
    yield from _buckets(buckets)


def _buckets(found: Mapping[str, list[tuple[float, int]]]) -> Iterator[tuple[str, Value]]:
    """Whether the numbers are cumulative or not holds for a whole answer, and is certain once one of them falls."""
    disjoint = any(later < earlier for b in found.values() for (_, earlier), (_, later) in pairwise(b))
    for name, bounds in found.items():
        yield name, from_disjoint(bounds) if disjoint else from_cumulative(bounds, grain=Grain.BUCKETS)
