"""Who takes part in the mesh without a sidecar: namespaces and workloads in ambient mode."""

from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.webhooks import INJECT

MODE = "istio.io/dataplane-mode"
REDIRECTION = "ambient.istio.io/redirection"
WAYPOINT = "istio.io/use-waypoint"


def in_ambient_namespace(mesh: MeshGraph, namespace: str) -> bool:
    """Whether the Namespace says ambient; injection of sidecars, by either label, goes before it."""
    found = mesh.get(Namespace, "", namespace)
    if found is None or found.labels.get(MODE) != "ambient":
        return False
    return found.labels.get("istio-injection") != "enabled" and not found.labels.get("istio.io/rev")


def is_redirected(workload: Workload) -> bool:
    """Whether its traffic goes through ztunnel already, as the CNI plugin writes on a pod."""
    return workload.pod_annotations.get(REDIRECTION) == "enabled"


def in_ambient(mesh: MeshGraph, workload: Workload) -> bool:
    """Whether the pods of a workload are in ambient mode: redirected already, or asked for by label.

    The pod's own label goes before that of its namespace; a pod with a proxy of its own is never redirected, nor one
    that uses the node's network, or that asks for a sidecar and is still to be made.
    """
    if is_redirected(workload):
        return True
    if workload.proxy is not None or workload.host_network:
        return False
    if workload.pod_labels.get(INJECT) == "true" and not workload.is_created:
        return False
    mode = workload.pod_labels.get(MODE)
    return mode == "ambient" if mode is not None else in_ambient_namespace(mesh, workload.namespace)
