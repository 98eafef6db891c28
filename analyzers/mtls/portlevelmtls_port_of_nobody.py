"""A PeerAuthentication says something about a port that the pods do not have.

Why: `portLevelMtls` names ports of the pod, not those of a Service. The entry is for nobody, and the port that was
meant keeps the mode of the whole pod: STRICT where plaintext should get in, or the other way round.

Example:
    kind: Service
    metadata: {name: web, namespace: shop}
    spec:
      selector: {app: web}
      ports: [{name: http, port: 80, targetPort: 8080}]
    ---
    kind: PeerAuthentication
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
      portLevelMtls:
        80: {mode: DISABLE}        # the pods listen on 8080

Fix: write the targetPort of the Service.

An info where the number is not that of a Service either: containers may listen on ports that they do not declare.

Silent when: no pod is known that the policy selects, or nothing tells which ports they have; a Sidecar of the namespace
has `ingress`.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    Namespace,
    PeerAuthentication,
    Service,
    Severity,
    Sidecar,
    Workload,
    analyzer,
    top_owner,
)
from meshctl.analysis.api.mtls import strange_ports


@analyzer(
    "MSH424",
    "portlevelmtls-port-of-nobody",
    Severity.WARNING,
    reads=(PeerAuthentication, Service, Workload, Sidecar, ConfigMap, Namespace),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for strange in strange_ports(mesh):
        who = top_owner(mesh, strange.workload)
        if strange.service and strange.service_port:
            yield Claim(
                strange.policy,
                strange.path,
                f"{strange.port} is the port of {strange.service.id}, behind which {who.id} has {strange.inside}:"
                " the entry is for no port, and the one that was meant keeps the mode of the whole pod.",
                fix=f"Write {strange.inside}: portLevelMtls names ports of the pod.",
                related=(Also(strange.service, strange.service_port.path, "the port of the Service"),),
                on_key=True,
            )
        else:
            yield Claim(
                strange.policy,
                strange.path,
                f"No container of {who.id} declares port {strange.port}, and no Service leads to it: this entry is for"
                " nobody, unless something listens there all the same.",
                fix="Write a port that the pods listen on, or remove the entry.",
                severity=Severity.INFO,
                on_key=True,
            )
