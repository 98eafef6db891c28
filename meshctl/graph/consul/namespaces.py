"""Whether Consul has namespaces, as only Consul Enterprise does, and which ones those of Kubernetes are."""

from typing import NamedTuple

from meshctl.graph.consul.installation import SEEN, installation
from meshctl.graph.fields import numbered
from meshctl.graph.kinds.consulentry import ConsulEntry
from meshctl.graph.mesh import MeshGraph, index


class Namespacing(NamedTuple):
    """Namespaces of Consul. `known` is whether it has any, None where nothing tells.

    `mirrored` says that each namespace of Kubernetes is one of Consul's, of the same name behind `prefix`.
    """

    known: bool | None
    mirrored: bool
    prefix: str


@index(*SEEN)
def consul_namespaces(mesh: MeshGraph) -> Namespacing:
    """As the flags of the injector say; without it, they are there where an entry speaks of one."""
    installed = installation(mesh)
    if installed.source is not None:
        return Namespacing(installed.namespaces, installed.mirrored, installed.prefix)
    named = any(_names_one(entry) for entry in mesh.all(ConsulEntry))
    return Namespacing(named or None, named, "")


def _names_one(entry: ConsulEntry) -> bool:
    """Whether it speaks of a namespace of Consul, which only Consul Enterprise has."""
    for field in ("routes", "splits", "sources", "services"):
        for _, item in numbered(entry.spec.get(field)):
            destination = item.get("destination")
            place = (destination if isinstance(destination, dict) else item).get("namespace")
            if isinstance(place, str) and place not in ("", "default", "*"):
                return True
    return False
