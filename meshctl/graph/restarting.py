"""How a workload gets new pods, for which the injector is asked again."""

from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.workloads import top_owner

_RESTARTED = ("Deployment", "StatefulSet", "DaemonSet")


def restart_advice(mesh: MeshGraph, workload: Workload) -> str:
    """The next step as a sentence. A controller that is not in the input is known from its pod."""
    top = top_owner(mesh, workload)
    kind, name = top.id.kind, top.name
    if top.is_pod and top.controller[0]:
        kind, name = _controller(top)
    place = f"-n {top.namespace}"
    if kind in _RESTARTED:
        return f"Restart it: kubectl rollout restart {kind.lower()}/{name} {place}."
    if kind == "Rollout":
        return f"Restart it: kubectl argo rollouts restart {name} {place}."
    if kind == "CronJob":
        return "The pods of its next run are made anew."
    if kind == "Job":
        return f"Delete the Job and create it again: kubectl delete job/{name} {place}."
    if not top.is_pod or top.controller[0]:
        return f"Delete its pods, {kind} {name} makes new ones."
    return f"Delete the pod and create it again: kubectl delete pod/{name} {place}."


def _controller(pod: Workload) -> tuple[str, str]:
    """The controller of a pod, a Deployment where its ReplicaSet has the name of one."""
    kind, name = pod.controller
    template = pod.pod_labels.get("pod-template-hash", "")
    if kind == "ReplicaSet" and template and name.endswith(f"-{template}"):
        return "Deployment", name.removesuffix(f"-{template}")
    return kind, name
