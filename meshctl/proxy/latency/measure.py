"""Samples of proxies from wherever they are to be had; one that does not answer is one line."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from meshctl.graph.kinds.workload import Pod
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.workloads import top_owner
from meshctl.model.result import Unread
from meshctl.model.timespan import seconds as seconds_of
from meshctl.proxy.gather import AT_ONCE
from meshctl.proxy.latency.groups import DIRECT, PROBE, Group
from meshctl.proxy.latency.probe import as_group, probe
from meshctl.proxy.latency.prometheus import read_prometheus
from meshctl.proxy.latency.sampling import Taken, take
from meshctl.proxy.latency.series import Key, Sample, between
from meshctl.proxy.recorded import ProxyAnswers
from meshctl.sources.cluster.each import side_by_side
from meshctl.sources.prometheus import Unavailable

FLUSH = 5.0
"""Seconds after which Envoy adds what it measured to its histograms."""
DEFAULT_RANGE = 300.0
"""Seconds that Prometheus is asked about."""
LONGEST_WINDOW = 3600.0

WorkloadName = Callable[[str, str], str]
"""From namespace and pod to the workload, or an empty text."""


@dataclass
class Measured:
    """Samples, what could not be read, and remarks in whole sentences."""

    samples: list[Sample] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, label: str, taken: Taken) -> None:
        """Take over what one proxy told; `label` is what it is called in notes."""
        self.unread += [Unread(f"{label} {answer}", why) for answer, why in taken.unread.items()]
        self.notes += taken.notes
        if taken.sample:
            self.samples.append(taken.sample)
        elif not taken.unread:
            self.unread.append(Unread(label, "has no statistics: its answer to /stats is missing"))


def workload_names(mesh: MeshGraph) -> WorkloadName:
    """The workloads of the pods in the input."""

    def named(namespace: str, pod: str) -> str:
        found = mesh.get(Pod, namespace, pod)
        top = top_owner(mesh, found) if found else found
        return top.name if top is not None and top is not found else ""

    return named


def parse_window(text: str) -> float:
    """Seconds of `10s`, `500ms`, `5m` or `1h`. Raises ValueError with a sentence."""
    window = seconds_of(text) or 0.0
    if not 0 < window <= LONGEST_WINDOW:
        raise ValueError(f"{text!r} is no window: write a time of at most an hour, as 10s or 5m")
    return window


def measure_proxies(
    proxies: Sequence[ProxyAnswers],
    window: float,
    workload_of: WorkloadName,
    measured: Measured,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Proxies since their start or, where a window (in seconds) is given, between two samples so far apart."""
    first = _samples(proxies, workload_of)
    if window:
        wait(window)
    last = _samples(proxies, workload_of) if window else first
    for proxy, before, after in zip(proxies, first, last, strict=True):
        if window and before.sample and after.sample:
            after = Taken(between(before.sample, after.sample), after.unread, after.notes)
        elif window and after.sample:
            after = Taken(None, before.unread)
        measured.add(proxy.label, after)
    if window and window < FLUSH and any("metrics.prom" not in proxy.files for proxy in proxies):
        measured.notes.append(f"Envoy counts durations every {FLUSH:g} s: a shorter window may see none.")


def measure_prometheus(url: str, window: float, timeout: float, namespace: str, measured: Measured) -> None:
    """What Prometheus has of all proxies. Raises ValueError for what is no address."""
    try:
        samples = read_prometheus(url, window or DEFAULT_RANGE, timeout, namespace)
    except Unavailable as error:
        measured.unread.append(Unread("Prometheus", str(error)))
        return
    measured.samples += samples
    if not samples:
        measured.notes.append(
            f"Prometheus has no requests of the last {window or DEFAULT_RANGE:g} s: it needs two scrapes within them, "
            "and the metric istio_request_duration_milliseconds or response_latency_ms."
        )


def measure_probes(through: str, around: str, requests: int, seconds: float, measured: Measured) -> Group:
    """Requests of our own to one address, or in turns to two. Raises NotAnAddress."""
    keys = [Key(PROBE, through), *([Key(DIRECT, around)] if around else [])]
    found = dict(zip(keys, probe([key.route for key in keys], requests, seconds), strict=True))
    for key, each in found.items():
        if not each.durations:
            why = "; ".join(each.errors) or f"no answer was counted within {seconds:g} s"
            measured.unread.append(Unread(key.route, why))
            continue
        measured.notes += [f"{key.route}: {count:,} requests failed: {why}." for why, count in each.errors.items()]
        if len(each.durations) + sum(each.errors.values()) < requests:
            measured.notes.append(f"{key.route}: the time was over after {len(each.durations):,} requests (--timeout).")
    return as_group(found)


def _samples(proxies: Sequence[ProxyAnswers], workload_of: WorkloadName) -> list[Taken]:
    def sample(proxy: ProxyAnswers) -> Taken:
        workload = workload_of(proxy.namespace, proxy.name)
        return take(proxy.cluster, proxy.namespace, proxy.name, proxy.files, workload)

    return side_by_side(proxies, sample, min(len(proxies), AT_ONCE))
