"""A typed, read-only view of one resource."""

from collections.abc import Mapping
from typing import Any, ClassVar

from meshctl.graph.fields import Fields, labels, mapping
from meshctl.graph.lazy import lazy
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.resource import Resource


def kinds_in(*views: "type[View]") -> frozenset[KindKey]:
    """All kinds that these views stand for."""
    return frozenset(key for view in views for key in view.KINDS)


class View:
    """A resource seen as its kind: fields are parsed on first use, odd input reads as empty, nothing can be set.

    A subclass names the kinds it stands for in `KINDS`.
    """

    KINDS: ClassVar[tuple[KindKey, ...]]

    resource: Resource

    def __init__(self, resource: Resource) -> None:
        self.__dict__["resource"] = resource

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a view is read-only: {name}")

    def __repr__(self) -> str:
        return f"<{self.resource.id}>"

    @property
    def id(self) -> ResourceId:
        """Identity of the resource."""
        return self.resource.id

    @property
    def cluster(self) -> str:
        """Name of the cluster; empty for files."""
        return self.resource.id.cluster

    @property
    def namespace(self) -> str:
        """Namespace; empty for cluster-scoped kinds."""
        return self.resource.id.namespace

    @property
    def name(self) -> str:
        """Name of the resource."""
        return self.resource.id.name

    @property
    def full_name(self) -> str:
        """`namespace/name`, or the name alone without a namespace."""
        return self.resource.id.full_name

    @property
    def data(self) -> Mapping[str, Any]:
        """The whole object as read."""
        return self.resource.data

    @lazy
    def metadata(self) -> Fields:
        """The object's metadata."""
        return mapping(self.resource.data.get("metadata"))

    @lazy
    def labels(self) -> Mapping[str, str]:
        """The object's own labels."""
        return labels(self.metadata.get("labels"))

    @lazy
    def annotations(self) -> Mapping[str, str]:
        """The object's own annotations."""
        return labels(self.metadata.get("annotations"))

    @lazy
    def spec(self) -> Fields:
        """The object's spec; empty if it is null or no mapping."""
        return mapping(self.resource.data.get("spec"))

    @lazy
    def status(self) -> Fields:
        """The object's status."""
        return mapping(self.resource.data.get("status"))
