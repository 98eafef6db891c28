"""Which versions and revisions of a mesh a cluster runs."""

from collections import Counter
from collections.abc import Mapping

from meshctl.graph.kinds.workload import Deployment, Pod
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.proxied import other_proxy

_REVISION = "istio.io/rev"
_DEFAULT = "default"


@index(Deployment)
def installed_revisions(mesh: MeshGraph) -> tuple[tuple[str, str], ...]:
    """Revision and version of each istiod; an empty version where its image has a digest alone."""
    found = {
        (deployment.labels.get(_REVISION) or _DEFAULT, image_version(container.image))
        for deployment in mesh.all(Deployment)
        if deployment.labels.get("app") == "istiod" and deployment.cluster in mesh.clusters
        for container in deployment.containers
        if container.name == "discovery"
    }
    return tuple(sorted(found))


@index(Pod)
def running_proxies(mesh: MeshGraph) -> Mapping[str, int]:
    """How many pods there are with a proxy of each version; those of other meshes than Istio have its name before it.

    Templates do not count: what they get is decided when a pod is made.
    """
    found: Counter[str] = Counter()
    for pod in mesh.all(Pod):
        if pod.cluster not in mesh.clusters or pod.has_ended:
            continue
        if pod.proxy is not None:
            found[image_version(pod.proxy.image)] += 1
        elif (other := other_proxy(pod)) is not None:
            found[f"{other.name} {image_version(other.image)}"] += 1
    return dict(sorted(found.items()))


def image_version(image: str) -> str:
    """The tag of an image; empty for one that has none or is named by its digest."""
    name = image.partition("@")[0].rpartition("/")[2]
    return name.rpartition(":")[2] if ":" in name else ""
