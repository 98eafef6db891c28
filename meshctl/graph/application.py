"""The application's side of a pod: the containers beside the proxy."""

from collections.abc import Mapping

from msgspec import Struct

from meshctl.graph.fields import listed, mapping
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.proxyresources import Resource
from meshctl.graph.quantities import memory_bytes, millicores

ISTIO_CONTAINERS = frozenset({"istio-proxy", "istio-init", "istio-validation", "enable-core-dump"})

# The sidecars of other meshes, and the init containers that come with them.
OTHER_MESHES: Mapping[str, frozenset[str]] = {
    "linkerd-proxy": frozenset({"linkerd-init", "linkerd-network-validator"}),
    "consul-dataplane": frozenset({"consul-connect-inject-init"}),
}


class Application(Struct, frozen=True):
    """What the containers beside the proxy ask for together: millicores and bytes; what is not stated counts nothing.

    `undeclared` are the resources that some container does not ask for.
    """

    cpu_request: int
    memory_request: int
    undeclared: frozenset[Resource]


def application_of(workload: Workload) -> Application | None:
    """The application of a pod; None for a pod that has only containers of Istio's own, as a gateway."""
    proxies = ISTIO_CONTAINERS | OTHER_MESHES.keys()
    lasting = [c for c in workload.containers if c.name not in proxies and (not c.init or c.native)]
    if not any(not c.init for c in lasting):
        return None
    amounts = [(_request(c, "cpu"), _request(c, "memory")) for c in lasting]
    undeclared: set[Resource] = set()
    if any(cpu is None for cpu, _ in amounts):
        undeclared.add("cpu")
    if any(memory is None for _, memory in amounts):
        undeclared.add("memory")
    return Application(sum(cpu or 0 for cpu, _ in amounts), sum(m or 0 for _, m in amounts), frozenset(undeclared))


def requested(workload: Workload) -> tuple[int, int]:
    """Millicores and bytes that a pod requests without its sidecar; a gateway's proxy is no sidecar."""
    if application := application_of(workload):
        return application.cpu_request, application.memory_request
    own = [c for c in workload.containers if (not c.init or c.native) and c.name not in OTHER_MESHES]
    return sum(_request(c, "cpu") or 0 for c in own), sum(_request(c, "memory") or 0 for c in own)


def _request(container: Container, resource: Resource) -> int | None:
    resources = mapping(container.fields.get("resources"))
    for bound in ("requests", "limits"):
        value = mapping(resources.get(bound)).get(resource)
        if value is not None:
            return millicores(value) if resource == "cpu" else memory_bytes(value)
    return None


def containers_without_readiness(workload: Workload) -> tuple[Container, ...]:
    """The application's containers that take traffic as soon as they run: none of them has a readiness probe."""
    return tuple(
        c
        for c in workload.containers
        if not c.init and c.name not in ISTIO_CONTAINERS and not mapping(c.fields.get("readinessProbe"))
    )


def mentions(container: Container, word: str) -> bool:
    """Whether a word stands in the command, the arguments or the lifecycle hooks of a container."""
    parts = (*listed(container.fields.get("command")), *listed(container.fields.get("args")))
    return any(word in str(part) for part in parts) or word in str(container.fields.get("lifecycle"))
