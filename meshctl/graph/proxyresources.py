"""What CPU and memory a proxy asks for, and which fields say so."""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from meshctl.graph.fields import EMPTY, Fields, mapping
from meshctl.graph.kinds.workload import Container, Workload
from meshctl.graph.quantities import memory_bytes, millicores
from meshctl.model.paths import Path

Resource = Literal["cpu", "memory"]
Bound = Literal["requests", "limits"]
Source = Literal["container", "annotations", "installation", "assumed defaults"]

RESOURCE_ANNOTATIONS: Mapping[str, tuple[Bound, Resource]] = {
    "sidecar.istio.io/proxyCPU": ("requests", "cpu"),
    "sidecar.istio.io/proxyMemory": ("requests", "memory"),
    "sidecar.istio.io/proxyCPULimit": ("limits", "cpu"),
    "sidecar.istio.io/proxyMemoryLimit": ("limits", "memory"),
}
_INJECTED_TEMPLATES = "inject.istio.io/templates"
# What Istio's own charts install.
ASSUMED: Fields = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "2000m", "memory": "1024Mi"}}


class Setting(Struct, frozen=True):
    """One amount as written; `path` is its field in the workload, empty where an installation says it."""

    bound: Bound
    resource: Resource
    raw: object
    path: Path = ()

    @property
    def amount(self) -> int | None:
        """Millicores or bytes; None if it is no quantity."""
        return millicores(self.raw) if self.resource == "cpu" else memory_bytes(self.raw)


class Resources(Struct, frozen=True):
    """Millicores of CPU and bytes of memory; None where nothing is said.

    As in the API server, a request that is left out is as large as the limit.
    """

    cpu_request: int | None = None
    memory_request: int | None = None
    cpu_limit: int | None = None
    memory_limit: int | None = None


def in_container(container: Container) -> Iterator[Setting]:
    """The amounts that a container states."""
    yield from in_fields(mapping(container.fields.get("resources")), (*container.path, "resources"))


def in_fields(resources: Fields, path: Path = ()) -> Iterator[Setting]:
    """The amounts of a `resources` mapping; without a path, of an installation."""
    bounds: tuple[Bound, ...] = ("requests", "limits")
    kinds: tuple[Resource, ...] = ("cpu", "memory")
    for bound in bounds:
        amounts = mapping(resources.get(bound))
        for kind in kinds:
            if amounts.get(kind) is not None:
                yield Setting(bound, kind, amounts[kind], (*path, bound, kind) if path else ())


def in_annotations(workload: Workload) -> Iterator[Setting]:
    """The amounts in the annotations of its pods. If there is any, the installation's are not used at all."""
    for name, (bound, resource) in RESOURCE_ANNOTATIONS.items():
        value = workload.pod_annotations.get(name)
        if value is not None:
            # The injector writes it into YAML in quotes, where blanks around it do no harm.
            yield Setting(bound, resource, value.strip(), workload.pod_field("metadata", "annotations", name))


def stated(
    workload: Workload, overlay: Container | None, installed: Fields | None
) -> tuple[Source, tuple[Setting, ...]]:
    """What the injector gives: annotations, else the installation's. The pod's own container wins field by field."""
    found: dict[tuple[Bound, Resource], Setting] = {}
    if "sidecar" not in workload.pod_annotations.get(_INJECTED_TEMPLATES, "sidecar"):
        # Of Istio's templates only that of the sidecar writes resources.
        return "container", tuple(in_container(overlay)) if overlay else ()
    annotated = tuple(in_annotations(workload))
    source: Source = "annotations" if annotated else "assumed defaults" if installed is None else "installation"
    for setting in annotated or in_fields(ASSUMED if installed is None else installed or EMPTY):
        found[setting.bound, setting.resource] = setting
    own = tuple(in_container(overlay)) if overlay else ()
    for setting in own:
        found[setting.bound, setting.resource] = setting
    return ("container" if own else source), tuple(found.values())


def effective(settings: tuple[Setting, ...]) -> Resources:
    """The amounts that the scheduler and the kernel see."""
    amounts = {(s.bound, s.resource): s.amount for s in settings}
    cpu_limit, memory_limit = amounts.get(("limits", "cpu")), amounts.get(("limits", "memory"))
    return Resources(
        cpu_request=amounts.get(("requests", "cpu"), cpu_limit),
        memory_request=amounts.get(("requests", "memory"), memory_limit),
        cpu_limit=cpu_limit,
        memory_limit=memory_limit,
    )
