"""The shape of a kind as our own field lists have it."""

from functools import cache

from meshctl.graph.structure.notation import FieldLists
from meshctl.graph.structure.shape import ANY, MAPPING, Shape
from meshctl.model.ids import KindKey

OF_EVERY_RESOURCE = {"apiVersion": ANY, "kind": ANY, "metadata": ANY, "status": ANY}
"""Fields that are not looked into."""


@cache
def listed(kind: KindKey) -> Shape:
    """A whole resource of the kind. Raises KeyError for one without list."""
    lists = _lists("istio.txt" if kind.group.endswith(".istio.io") else "gatewayapi.txt")
    return Shape(MAPPING, {**OF_EVERY_RESOURCE, "spec": lists.block(kind.kind)})


@cache
def _lists(file: str) -> FieldLists:
    return FieldLists.of_file(file)
