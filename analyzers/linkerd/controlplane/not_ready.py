"""No pod of a part of Linkerd's control plane is available.

Why: without linkerd-identity no proxy gets or renews a certificate, without linkerd-destination proxies learn of no new
endpoints and policies, without linkerd-proxy-injector new pods come without a proxy or not at all.

Example:
    kind: Deployment
    metadata: {name: linkerd-identity, namespace: linkerd}
    spec: {replicas: 1}
    status: {replicas: 1, unavailableReplicas: 1}

Fix: look at its pods: kubectl describe pods and kubectl logs.

Silent when: at least one pod is available, none is wanted (replicas: 0), or the Deployment has no status, as in files.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, Deployment, MeshGraph, Pod, Severity, analyzer, text
from meshctl.analysis.api.linkerdlive import (
    available,
    condition,
    control_plane,
    control_plane_pods,
    why_not_available,
)

_HARM = {
    "identity": "no proxy gets a certificate or can renew it",
    "destination": "proxies learn of no new endpoints and policies",
    "proxy-injector": "new pods come without a proxy, or not at all",
}


@analyzer("LKD402", "linkerd-control-plane-not-ready", Severity.ERROR, reads=(Deployment, Pod))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for component, deployment in control_plane(mesh).items():
        if available(deployment) != 0 or deployment.replicas == 0:
            continue
        failure = condition(deployment, "ReplicaFailure")
        why = text(failure.get("message")) if failure.get("status") == "True" else ""
        pods = control_plane_pods(mesh).get(component, ())
        why = why or next((reason for pod in pods if (reason := why_not_available(pod))), "")
        selected = f"kubectl get pods -n {deployment.namespace} -l linkerd.io/control-plane-component={component}"
        yield Claim(
            deployment,
            ("metadata", "name"),
            f"No pod of {deployment.full_name} is available{f' ({why})' if why else ''}: {_HARM[component]}.",
            fix=f"Look why: {selected}.",
        )
