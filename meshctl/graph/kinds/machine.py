"""Workloads that do not run in the cluster."""

from collections.abc import Mapping
from typing import ClassVar

from meshctl.graph.fields import labels, mapping
from meshctl.graph.kinds.networking import GROUP
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey


class Machine(View):
    """A virtual machine in the mesh (WorkloadEntry), or the pattern for several (WorkloadGroup)."""

    KINDS: ClassVar[tuple[KindKey, ...]] = (KindKey(GROUP, "WorkloadEntry"), KindKey(GROUP, "WorkloadGroup"))

    @lazy
    def carried_labels(self) -> Mapping[str, str]:
        """Labels of the workload, as selectors see them."""
        if self.id.kind == "WorkloadGroup":
            return labels(mapping(self.spec.get("metadata")).get("labels"))
        return labels(self.spec.get("labels"))


class WorkloadEntry(Machine):
    """A WorkloadEntry."""

    KINDS = (KindKey(GROUP, "WorkloadEntry"),)


class WorkloadGroup(Machine):
    """A WorkloadGroup."""

    KINDS = (KindKey(GROUP, "WorkloadGroup"),)
