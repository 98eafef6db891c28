"""ztunnel: whether it knows the addresses of the pods whose traffic goes through it."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.ambient import is_redirected
from meshctl.graph.fields import mapping, numbered, text, texts
from meshctl.graph.kinds.workload import Pod
from meshctl.graph.mesh import MeshGraph
from meshctl.model.difference import Difference, Hop, Sort
from meshctl.proxy.envoy.answers import BrokenAnswer, decode

_FIX = "See whether istiod knows the pod (`/debug/ambientz`); if it does, restart the ztunnel, which takes no updates"


def known_addresses(data: bytes) -> frozenset[str] | None:
    """The addresses in a dump of ztunnel's; None where this is none, or one that only has what was asked for."""
    try:
        dump = mapping(decode(data))
    except BrokenAnswer:
        return None
    workloads = dump.get("workloads")
    on_demand = mapping(dump.get("config")).get("xdsOnDemand") is True
    if not isinstance(workloads, list | dict) or "services" not in dump or on_demand:
        return None
    return frozenset(_addresses(workloads))


def _addresses(workloads: list[Any] | dict[str, Any]) -> Iterator[str]:
    """Newer releases have a list, older ones a map by `NETWORK/ADDRESS`."""
    entries = list(workloads.values()) if isinstance(workloads, dict) else workloads
    for _, entry in numbered(entries):
        yield from texts(entry.get("workloadIps"))
    if isinstance(workloads, dict):
        yield from (key.rpartition("/")[2] for key in workloads)


def unknown_pods(mesh: MeshGraph, known: frozenset[str]) -> Iterator[Difference]:
    """Pods that are ready and redirected, of which a ztunnel does not know the address."""
    for pod in mesh.all(Pod):
        address = text(pod.status.get("podIP"))
        if address and address not in known and is_redirected(pod) and _is_ready(pod):
            yield Difference(
                sort=Sort.ENDPOINT_MISSING,
                hop=Hop.UNKNOWN,
                resource=pod.id,
                path=("status", "podIP"),
                field="workloads",
                desired=address,
                sent=None,
                running=None,
                reason="ztunnel does not know a pod whose traffic goes through it",
                fix=_FIX,
                objects=(f"pod {pod.namespace}/{pod.name}",),
            )


def _is_ready(pod: Pod) -> bool:
    ready = any(
        c.get("type") == "Ready" and c.get("status") == "True" for _, c in numbered(pod.status.get("conditions"))
    )
    return ready and not pod.metadata.get("deletionTimestamp")
