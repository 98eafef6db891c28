"""What Prometheus knows of the use of CPU and memory over a window, from the kubelets' own metrics."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from meshctl.model.usage import NamespaceUse, Percentiles, ProxyUse
from meshctl.sources.prometheus import ask, quoted

SHORTEST = 300.0
"""Seconds: in less, there are too few scrapes for a rate."""

_CPU = "container_cpu_usage_seconds_total"
_MEMORY = "container_memory_working_set_bytes"
# Of a rate, and how far its samples are apart at most: a scrape every minute is usual.
_RATE = "5m"
_POINTS = 500
_NANO = 10**9

Pod = tuple[str, str]


class WindowUse(Struct, frozen=True):
    """What was used over a window, of which every pod has its mean and percentiles."""

    proxies: tuple[ProxyUse, ...]
    namespaces: tuple[NamespaceUse, ...]


def read_use(
    url: str, window: float, timeout: float, *, proxies: Sequence[str], cluster: str = "", namespace: str = ""
) -> WindowUse:
    """What containers of these names, one in each pod, and namespaces used in the last `window` seconds; GET only.

    `cluster` becomes part of what is found. Raises Unavailable, and ValueError for what is no address.
    """
    where = f',namespace="{quoted(namespace)}"' if namespace else ""
    step = f"{max(60, round(window / _POINTS))}s"
    span = f"{round(window)}s"
    names = "|".join(map(quoted, proxies))
    these = f'{{container=~"{names}"{where}}}'
    # A restarted container leaves its old series behind for a while: its memory is not used twice.
    memory = f"max by (namespace, pod) ({_MEMORY}{these})"
    cpu = f"sum by (namespace, pod) (rate({_CPU}{these}[{_RATE}]))"
    every = f'{{container!="",container!="POD"{where}}}'

    def pods(query: str, unit: int) -> dict[Pod, int]:
        found = ask(url, query, timeout)
        return {(labels.get("namespace", ""), labels.get("pod", "")): round(value * unit) for labels, value in found}

    cpu_mean = pods(f"avg_over_time(({cpu})[{span}:{step}])", _NANO)
    memory_mean = pods(f"avg_over_time(({memory})[{span}:{step}])", 1)
    cpu_parts = {q: pods(f"quantile_over_time({q}, ({cpu})[{span}:{step}])", _NANO) for q in _QUANTILES}
    memory_parts = {q: pods(f"quantile_over_time({q}, ({memory})[{span}:{step}])", 1) for q in _QUANTILES}
    all_cpu = pods(f"avg_over_time((sum by (namespace) (rate({_CPU}{every}[{_RATE}])))[{span}:{step}])", _NANO)
    all_memory = pods(f"avg_over_time((sum by (namespace) ({_MEMORY}{every}))[{span}:{step}])", 1)
    return WindowUse(
        tuple(
            ProxyUse(
                cluster,
                *pod,
                "Prometheus",
                cpu_mean[pod],
                memory_mean[pod],
                _of(cpu_parts, pod),
                _of(memory_parts, pod),
            )
            for pod in sorted(cpu_mean.keys() & memory_mean.keys())
        ),
        tuple(
            NamespaceUse(cluster, name, all_cpu[name, ""], all_memory[name, ""])
            for name, _ in sorted(all_cpu.keys() & all_memory.keys())
        ),
    )


_QUANTILES = ("0.5", "0.95", "1")


def _of(parts: Mapping[str, Mapping[Pod, int]], pod: Pod) -> Percentiles | None:
    values = [parts[quantile].get(pod) for quantile in _QUANTILES]
    known = [value for value in values if value is not None]
    return Percentiles(*known) if len(known) == len(values) else None
