"""What the metrics API says of running pods."""

from collections.abc import Mapping

from meshctl.graph.fields import mapping, numbered, text
from meshctl.graph.lazy import lazy
from meshctl.graph.quantities import quantity
from meshctl.graph.view import View
from meshctl.sources.cluster.optional import POD_METRICS

_NANO = 10**9


class PodMetrics(View):
    """A PodMetrics: what the containers of the pod of that name use at the moment."""

    KINDS = (POD_METRICS,)

    @lazy
    def uses(self) -> Mapping[str, tuple[int, int]]:
        """Nanocores and bytes by container; a container of which one is not known is left out."""
        found = {}
        for _, container in numbered(self.data.get("containers")):
            usage = mapping(container.get("usage"))
            cpu, memory = quantity(usage.get("cpu")), quantity(usage.get("memory"))
            if cpu is not None and memory is not None and cpu >= 0 and memory >= 0:
                found[text(container.get("name"))] = (int(cpu * _NANO), int(memory))
        return found
