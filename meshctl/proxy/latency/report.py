"""Measurements as tables, facts and remarks: limited to a target, compared with earlier ones."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from meshctl.model.latency import RouteLatency
from meshctl.model.result import Unread
from meshctl.proxy.latency.compare import Limit, changes, compared, place_of
from meshctl.proxy.latency.groups import DIRECT, PROBE, Group, Shares, by_proxy, by_workload
from meshctl.proxy.latency.rows import AGAINST_DIRECT, Changes, change_rows, facts, replica_rows, rows
from meshctl.proxy.latency.series import Sample


class Report(Struct, frozen=True):
    """The tables under their JSON keys, what checks read, and the measurements as they are saved."""

    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    latencies: tuple[RouteLatency, ...]
    groups: tuple[Group, ...]
    unread: tuple[Unread, ...]
    notes: tuple[str, ...]


def report(
    samples: Sequence[Sample],
    probes: Sequence[Group],
    target: str = "",
    before: tuple[str, Sequence[Group]] | None = None,
    limits: Sequence[Limit] = (),
) -> Report:
    """What the samples and probes tell. `before` is an earlier measurement, with the name of its file."""
    everyone = by_workload(samples)
    shares = Shares(everyone)
    shown = [sample for sample in samples if concerns(sample, target)]
    groups = [*by_workload(shown), *probes]
    found: dict[Any, Any] = dict(_through_and_around(probes, limits))
    unread = []
    if before is not None:
        file, earlier = before
        against = changes(earlier, groups, limits)
        found.update(against)
        if not against:
            unread.append(Unread(file, "has no workload and route in common with this measurement"))
    told: Changes = found
    tables = {
        "latency": rows(groups, shares),
        "latencyByProxy": replica_rows(by_proxy(shown), everyone, shares),
        "latencyChanges": change_rows(told),
    }
    return Report(tables, tuple(facts(groups, told, shares)), tuple(groups), tuple(unread), tuple(_notes(tables)))


def concerns(sample: Sample, target: str) -> bool:
    """Whether a namespace, a pod, a workload or `NAMESPACE/NAME` means this proxy; an empty one means all."""
    names = (sample.namespace, sample.name, sample.workload)
    return target in ("", *names, *(f"{sample.namespace}/{name}" for name in names[1:]))


def targets(samples: Iterable[Sample]) -> set[str]:
    """All that `concerns` accepts, without the longer forms."""
    return {name for sample in samples for name in (sample.namespace, sample.name, sample.workload) if name}


def _notes(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    if not tables["latency"]:
        yield "No request was counted."
    if changed := tables["latencyChanges"]:
        verdicts = Counter(row["verdict"] for row in changed)
        told = ", ".join(f"{number:,} {verdict}" for verdict, number in verdicts.most_common())
        yield f"Percentiles that were compared: {told}."


def _through_and_around(probes: Sequence[Group], limits: Sequence[Limit]) -> Changes:
    found = {}
    for group in probes:
        direct = next((each for key, each in group.routes.items() if key.span == DIRECT), None)
        for key, each in group.routes.items():
            if key.span == PROBE and direct is not None:
                found[place_of(group), key._replace(caller=AGAINST_DIRECT)] = compared(direct, each, limits)
    return found
