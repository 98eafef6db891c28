"""What is to be read of clusters."""

from typing import Protocol

from msgspec import Struct

from meshctl.model.ids import KindKey
from meshctl.sources.cluster.optional import OPTIONAL


class Request(Struct, frozen=True):
    """The kinds that somebody looks at. `namespace` limits the reading to it and to Istio's own; empty for all.

    Of Secrets only names and labels are read unless `secret_contents`, and even then nothing private is kept. To do
    without an `optional` kind is no incomplete reading. `configured` says that the configuration of the mesh is known.
    """

    kinds: frozenset[KindKey]
    namespace: str = ""
    istio_namespace: str = "istio-system"
    secret_contents: bool = False
    optional: frozenset[KindKey] = OPTIONAL
    configured: bool = False


class Progress(Protocol):
    """Somebody who watches a long read. Called from several threads."""

    def planned(self, cluster: str, lists: int) -> None:
        """So many lists are going to be read of a cluster."""

    def page(self, cluster: str, objects: int) -> None:
        """A page with so many objects has arrived."""

    def listed(self, cluster: str) -> None:
        """A list is complete, or cannot be read."""


class NoProgress:
    """Nobody watches."""

    def planned(self, cluster: str, lists: int) -> None:
        """Nothing."""

    def page(self, cluster: str, objects: int) -> None:
        """Nothing."""

    def listed(self, cluster: str) -> None:
        """Nothing."""
