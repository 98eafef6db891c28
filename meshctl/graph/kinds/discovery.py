"""EndpointSlices: which addresses are behind a Service."""

from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.fields import integer, mapping, numbered, numbered_texts, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey
from meshctl.model.paths import Path

SERVICE_NAME = "kubernetes.io/service-name"


class SliceAddress(Struct, frozen=True):
    """An address of a slice with its path. `ready` is true where nothing is said; `pod` is empty if it is no pod's."""

    path: Path
    address: str
    ready: bool
    terminating: bool
    pod: str


class EndpointSlice(View):
    """An EndpointSlice."""

    KINDS = (KindKey("discovery.k8s.io", "EndpointSlice"),)

    @property
    def service(self) -> str:
        """Name of its Service, of the same namespace; empty if it has none."""
        return self.labels.get(SERVICE_NAME, "")

    @lazy
    def ports(self) -> Mapping[str, int]:
        """Numbers of its TCP ports by name; the name may be empty."""
        return {
            text(p.get("name")): number
            for _, p in numbered(self.data.get("ports"))
            if p.get("protocol") in (None, "", "TCP") and (number := integer(p.get("port"))) is not None
        }

    @lazy
    def addresses(self) -> tuple[SliceAddress, ...]:
        """Its addresses in order."""
        return tuple(
            SliceAddress(
                path=("endpoints", i, "addresses", j),
                address=address,
                ready=mapping(e.get("conditions")).get("ready") is not False,
                terminating=mapping(e.get("conditions")).get("terminating") is True,
                pod=text(mapping(e.get("targetRef")).get("name")) if _is_pod(e.get("targetRef")) else "",
            )
            for i, e in numbered(self.data.get("endpoints"))
            for j, address in numbered_texts(e.get("addresses"))
        )


def _is_pod(reference: object) -> bool:
    return mapping(reference).get("kind") == "Pod"
