"""A pod of the mesh has a service account of another name than its service in Consul.

Why: with ACLs, a pod logs in to Consul with its service account, and may register the service of that name alone. The
init container ends with an error where they differ, and the pod does not start.

Example:
    kind: Deployment
    metadata: {name: web}   # behind Service web
    spec:
      template:
        spec:
          serviceAccountName: frontend   # web

Fix: give the service account the name of the service, or name the service by the annotation connect-service.

Silent when: the flags of the injector in the input show that there are no ACLs; without the injector, it is an info.
The accounts of a pod that is several services are not looked at.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import SEEN, installation, starting_pods


@analyzer("CSL106", "consul-service-account-mismatch", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    acls = installation(mesh).acls
    if acls is False:
        return
    for pod in starting_pods(mesh):
        if len(pod.registered) != 1 or pod.account == pod.registered[0]:
            continue
        spec = pod.workload.pod_field("spec")
        said = "serviceAccountName" in pod.workload.pod_spec
        yield Claim(
            pod.workload,
            (*spec, "serviceAccountName") if said else spec,
            f"The service account is {pod.account}, the service in Consul {pod.registered[0]}: "
            + ("with ACLs, as here, the pods do not start." if acls else "with ACLs the pods would not start."),
            fix=f"Use a service account with the name {pod.registered[0]}.",
            severity=None if acls else Severity.INFO,
            on_key=not said,
        )
