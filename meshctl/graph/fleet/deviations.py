"""What is unlike the other clusters, with the resource that it is about."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.view import View
from meshctl.model.deviation import Deviation, Unlike
from meshctl.model.ids import ResourceId


@index()
def _by_resource(mesh: MeshGraph) -> Mapping[ResourceId, list[Deviation]]:
    found: defaultdict[ResourceId, list[Deviation]] = defaultdict(list)
    for deviation in mesh.facts.deviations:
        found[deviation.resource].append(deviation)
    return dict(found)


def deviations(mesh: MeshGraph, kinds: tuple[type[View], ...], *unlike: Unlike) -> Iterator[tuple[View, Deviation]]:
    """What is unlike in one of these ways, in resources of these kinds."""
    known = _by_resource(mesh)
    for kind in kinds:
        for view in mesh.all(kind) if known else ():
            for found in known.get(view.id, ()):
                if found.unlike in unlike:
                    yield view, found
