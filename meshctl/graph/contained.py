"""Configuration that is no resource of its own, but an entry of a ConfigMap or a file of the user's, as a view."""

from typing import TypeVar

from msgspec import Struct

from meshctl.graph.fields import Fields
from meshctl.graph.kinds.core import ConfigMap
from meshctl.graph.view import View
from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.paths import Path
from meshctl.model.resource import Resource

V = TypeVar("V", bound=View)


class _Entry(Struct, frozen=True):
    """The place of everything in an entry of a ConfigMap: that of the entry."""

    source: Resource
    path: Path

    def locate(self, path: Path, *, key: bool = False) -> Location | None:
        return self.source.locate(self.path, key=True)


def contained(
    kind: type[V], namespace: str, name: str, fields: Fields, source: ConfigMap | None = None, entry: str = ""
) -> V:
    """A view of `fields`; its places are those of the ConfigMap's entry, none without a ConfigMap."""
    key = kind.KINDS[0]
    identity = ResourceId(source.cluster if source else "", key.group, key.kind, namespace, name)
    origin = _Entry(source.resource, ("data", entry)) if source else None
    return kind(Resource(identity, "v1alpha1", {**fields}, origin))
