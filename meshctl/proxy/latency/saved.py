"""Measurements kept in a file, to be compared with later ones: the counts themselves, not percentiles of them."""

import json
from collections.abc import Sequence
from math import inf, isfinite
from typing import Any

from meshctl.proxy.latency.estimate import Computed
from meshctl.proxy.latency.groups import Group
from meshctl.proxy.latency.histogram import Grain, Histogram, bin_of, natural
from meshctl.proxy.latency.series import Key, Series

FORMAT = "meshctl latency"
VERSION = 1


class NotSaved(Exception):
    """A file that holds no saved measurements; the text is one sentence without a full stop."""


def encode(groups: Sequence[Group]) -> str:
    """The measurements as JSON; infinite bounds are null."""
    document = {"format": FORMAT, "version": VERSION, "workloads": [_group(each) for each in groups]}
    return json.dumps(document, separators=(",", ":")) + "\n"


def decode(text: str | bytes) -> list[Group]:
    """What `encode` wrote. Raises NotSaved."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise NotSaved(f"is not JSON: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotSaved("was not written by meshctl latency --save")
    if document.get("version") != VERSION:
        raise NotSaved(
            f"is of version {document.get('version')}, and this meshctl reads version {VERSION}: save it again"
        )
    try:
        return [_read_group(each) for each in document["workloads"]]
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise NotSaved(f"is damaged: {type(error).__name__} {error}") from error


def _group(group: Group) -> dict[str, Any]:
    return {
        "cluster": group.cluster,
        "namespace": group.namespace,
        "workload": group.workload,
        "proxies": list(group.proxies),
        "series": [{**key._asdict(), **_series(each)} for key, each in sorted(group.series.items()) if _counted(each)],
    }


def _counted(series: Series) -> bool:
    return bool(series.requests or series.overflows or isinstance(series.times, Computed))


def _series(series: Series) -> dict[str, Any]:
    out: dict[str, Any] = {"answered": series.answered, "errors": series.errors, "overflows": series.overflows}
    times = series.times
    if isinstance(times, Histogram):
        counts = [[b.lower, None if b.upper == inf else b.upper, n] for b, n in sorted(times.counts.items())]
        out |= {"grain": times.grain.value, "total": times.total, "counts": counts}
    elif times is not None:
        out["computed"] = [[q, value] for q, value in sorted(times.values.items())]
    return out


def _read_group(each: dict[str, Any]) -> Group:
    series = {
        Key(str(one["span"]), str(one["route"]), str(one["caller"])): Series(
            _read_times(one), natural(one["answered"]), natural(one["errors"]), natural(one["overflows"])
        )
        for one in each["series"]
    }
    cluster, namespace, workload = (str(each[name]) for name in ("cluster", "namespace", "workload"))
    return Group(cluster, namespace, workload, tuple(map(str, each["proxies"])), series)


def _read_times(one: dict[str, Any]) -> Histogram | Computed | None:
    if "counts" in one:
        counts = {
            bin_of(float(low), inf if high is None else float(high)): natural(number)
            for low, high, number in one["counts"]
        }
        total = one["total"]
        return Histogram(counts, Grain(one["grain"]), None if total is None else _finite(total))
    if "computed" in one:
        return Computed({_finite(q): _finite(value) for q, value in one["computed"]})
    return None


def _finite(value: Any) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{value!r} is no time")
    return number
