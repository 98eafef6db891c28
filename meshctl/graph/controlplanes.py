"""The control planes of the input, and which version of Istio they are."""

import re

from msgspec import Struct

from meshctl.graph.kinds.core import Node
from meshctl.graph.kinds.workload import Deployment
from meshctl.graph.mesh import MeshGraph, index
from meshctl.model.paths import Path

Minor = tuple[int, int]

_IMAGE_VERSION = re.compile(r".*:v?(\d{1,4})\.(\d{1,4})(?:[.-].*)?")
_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:\D.*)?")


class ControlPlane(Struct, frozen=True):
    """An istiod whose image tells its version, as (1, 28); `path` is that of the image."""

    source: Deployment
    path: Path
    version: Minor

    @property
    def shown(self) -> str:
        """The version as text: `1.28`."""
        return minor_text(self.version)


class Kubelets(Struct, frozen=True):
    """The oldest and the newest version that the Nodes of a cluster run."""

    oldest: Minor
    newest: Minor


def minor_text(version: Minor) -> str:
    """A version as text: `1.28`."""
    return f"{version[0]}.{version[1]}"


def minor(version: str) -> Minor | None:
    """The first two numbers of a version such as `v1.30.2-gke.1` or `1.28`; None for anything else."""
    found = _VERSION.fullmatch(version.strip())
    return (int(found[1]), int(found[2])) if found else None


@index(Deployment)
def control_planes(mesh: MeshGraph) -> tuple[ControlPlane, ...]:
    """Every istiod of this cluster whose version is known."""
    found = []
    for deployment in mesh.all(Deployment):
        if deployment.labels.get("app") != "istiod" or deployment.cluster not in mesh.clusters:
            continue
        for container in deployment.containers:
            if container.name == "discovery" and (version := _IMAGE_VERSION.fullmatch(container.image)):
                number = (int(version[1]), int(version[2]))
                found.append(ControlPlane(deployment, (*container.path, "image"), number))
    return tuple(found)


@index(Node)
def kubelets(mesh: MeshGraph) -> Kubelets | None:
    """The versions that the Nodes run; None where they do not say."""
    versions = [version for node in mesh.all(Node) if (version := minor(node.kubelet))]
    return Kubelets(min(versions), max(versions)) if versions else None
