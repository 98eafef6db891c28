"""Which resources do not have the structure of their kind."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from meshctl.graph.fields import mapping, numbered
from meshctl.graph.kinds.definitions import CustomResourceDefinition
from meshctl.graph.kinds.gateway_api import GatewayApiResource
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.structure.causes import Causes
from meshctl.graph.structure.lists import OF_EVERY_RESOURCE, listed
from meshctl.graph.structure.misfit import Flaw, Misfit, misfits
from meshctl.graph.structure.schema import shape_of
from meshctl.graph.structure.shape import MAPPING, Shape
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.kinds import FAULTS
from meshctl.graph.view import View
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.paths import Path

STRUCTURED: tuple[type[View], ...] = (*FAULTS, GatewayApiResource)
"""The kinds whose fields are known, with or without their definition in the input."""


class Unfit(Struct, frozen=True):
    """A resource with a misfit. `whole` is the shape of its kind.

    `definition` is the CustomResourceDefinition that says so, None where the field lists of our own do. `refused` says
    that Istio's validation would refuse it as well.
    """

    view: View
    misfit: Misfit
    whole: Shape
    definition: CustomResourceDefinition | None
    refused: bool

    @property
    def certain(self) -> bool:
        """Whether it is more than our own lists that say so."""
        return self.refused or self.definition is not None


@index(*STRUCTURED, CustomResourceDefinition)
def unfit(mesh: MeshGraph) -> Mapping[Flaw, Sequence[Unfit]]:
    """What does not fit in resources of these kinds, by flaw; without what a rule of validation says already."""
    structures = _Structures(mesh)
    found: dict[Flaw, list[Unfit]] = {flaw: [] for flaw in Flaw}
    for kind in STRUCTURED:
        faults = _by_resource(mesh, kind)
        for view in mesh.all(kind):
            whole, definition = structures.of(view)
            misfit = misfits(view.data, whole)
            spoken = faults.get(view.id, ())
            if misfit or spoken:
                for one in _judged(view, misfit, whole, definition, spoken):
                    found[one.misfit.flaw].append(one)
    return found


def _by_resource(mesh: MeshGraph, kind: type[View]) -> Mapping[ResourceId, Sequence[Fault]]:
    faults: dict[ResourceId, list[Fault]] = {}
    for view, fault in FAULTS[kind](mesh) if kind in FAULTS else ():
        faults.setdefault(view.id, []).append(fault)
    return faults


def _judged(
    view: View,
    found: Sequence[Misfit],
    whole: Shape,
    definition: CustomResourceDefinition | None,
    spoken: Sequence[Fault],
) -> Iterator[Unfit]:
    """One cause, one finding: a fault that follows from a misfit gives way to it, any other comes before a misfit."""
    blamed: dict[Path, Misfit] = {}
    refused, told = set[Path](), set[Path]()
    causes = Causes(view) if spoken else None
    for fault in spoken:
        cause = causes.of(fault.path) if causes else None
        if cause is None:
            told.update(fault.path[:end] for end in range(1, len(fault.path) + 1))
        else:
            blamed[cause.path] = cause
            if not fault.warning:
                refused.add(cause.path)
    for misfit in found:
        blamed.pop(misfit.path, None)
        if misfit.value is not None or misfit.path not in told:
            yield Unfit(view, misfit, whole, definition, misfit.path in refused)
    for misfit in blamed.values():
        yield Unfit(view, misfit, listed(view.id.kind_key), None, misfit.path in refused)


Structure = tuple[Shape, CustomResourceDefinition | None]


class _Structures:
    """What resources should look like: by their definition in the same cluster, else by our own lists."""

    def __init__(self, mesh: MeshGraph) -> None:
        self._definitions = {(d.cluster, d.defines): d for d in mesh.all(CustomResourceDefinition)}
        self._known: dict[tuple[str, str, str, str], Structure] = {}

    def of(self, view: View) -> Structure:
        identity = view.resource.id
        version = view.resource.version
        key = (identity.cluster, identity.group, identity.kind, version)
        structure = self._known.get(key)
        if structure is None:
            kind = identity.kind_key
            structure = self._known[key] = self._defined(identity.cluster, kind, version) or (listed(kind), None)
        return structure

    def _defined(self, cluster: str, kind: KindKey, version: str) -> Structure | None:
        definition = self._definitions.get((cluster, kind))
        if definition is None:
            return None
        for _, one in numbered(definition.spec.get("versions")):
            schema = mapping(one.get("schema")).get("openAPIV3Schema")
            if one.get("name") == version and schema:
                shape = shape_of(schema)
                fields = {**shape.fields, **OF_EVERY_RESOURCE}
                return Shape(MAPPING, fields, shape.rest, required=shape.required), definition
        return None
