"""A container runs as the user that Consul's sidecar runs as.

Why: transparent proxy tells the traffic of the sidecar, which is left alone, from that of the application by the user
id 5995. The injector refuses pods in which both are the same, so that they are not created.

Example:
    spec:
      securityContext: {runAsUser: 5995}

Fix: run the container as another user.

Silent when: Consul does not inject the pod; it is installed for OpenShift, which gives out user ids itself; or a
cluster was read without the namespace that would tell. Init containers may have the id.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Path, Severity, analyzer, mapping
from meshctl.analysis.api.consul import SEEN, ConsulPod, dataplanes, installation, starting_pods

_RESERVED = 5995


@analyzer("CSL111", "consul-reserved-uid", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if installation(mesh).openshift or installation(mesh).unread:
        return
    for pod in starting_pods(mesh):
        for path in _places(pod):
            yield Claim(
                pod.workload,
                path,
                f"User {_RESERVED} is that of Consul's sidecar: the webhook refuses the pods.",
                fix="Run it as another user.",
            )


def _places(pod: ConsulPod) -> Iterator[Path]:
    workload, field = pod.workload, ("securityContext", "runAsUser")
    if dataplanes(workload):
        return
    if mapping(workload.pod_spec.get(field[0])).get(field[1]) == _RESERVED:
        yield workload.pod_field("spec", *field)
    for container in workload.containers:
        if not container.init and mapping(container.fields.get(field[0])).get(field[1]) == _RESERVED:
            yield (*container.path, *field)
