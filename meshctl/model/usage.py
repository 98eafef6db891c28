"""What containers were seen to use."""

from typing import Literal

from msgspec import Struct

UsageSource = Literal["metrics.k8s.io", "Prometheus"]


class Percentiles(Struct, frozen=True):
    """Over a window: the median, the 95th percentile and the most; in the unit of what was measured."""

    p50: int
    p95: int
    most: int


class ProxyUse(Struct, frozen=True):
    """What the proxy of one pod uses: nanocores and bytes, at the moment or on average over a window.

    The percentiles are None where there is no window.
    """

    cluster: str
    namespace: str
    pod: str
    source: UsageSource
    cpu: int
    memory: int
    cpu_window: Percentiles | None = None
    memory_window: Percentiles | None = None

    @property
    def cpu_p95(self) -> int:
        """Nanocores that are enough 95 % of the time, as far as is known."""
        return self.cpu_window.p95 if self.cpu_window else self.cpu

    @property
    def memory_p95(self) -> int:
        """Bytes that are enough 95 % of the time, as far as is known."""
        return self.memory_window.p95 if self.memory_window else self.memory

    @property
    def memory_most(self) -> int:
        """The most bytes that were seen."""
        return self.memory_window.most if self.memory_window else self.memory


class NamespaceUse(Struct, frozen=True):
    """What all containers of a namespace use together: nanocores and bytes."""

    cluster: str
    namespace: str
    cpu: int
    memory: int
