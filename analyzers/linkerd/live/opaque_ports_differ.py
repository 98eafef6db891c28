"""A Service and the pods behind it do not agree on which of their ports are opaque.

Why: clients go by the Service, servers by the pod. Where one side takes a port for opaque and the other looks what
protocol it is, connections of protocols in which the server speaks first (MySQL, SMTP) hang for ten seconds before they
go on.

Example:
    kind: Service
    metadata:
      name: db
      annotations: {config.linkerd.io/opaque-ports: "3307"}
    spec: {selector: {app: db}, ports: [{port: 3307}]}   # and the pods have no such annotation

Fix: put the annotation on both: the port of the Service on the Service, that of the container on the pod; or on the
namespace, where the two have the same number.

Silent when: both sides say the same, by their own annotation, that of the namespace or the default of the
installation; the Service is headless or has no selector; its port has an appProtocol of Linkerd, or a Server of Linkerd
is for the port of the pod.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Service,
    Severity,
    Workload,
    analyzer,
)
from meshctl.analysis.api.linkerdlive import OPAQUE_PORTS, ExternalWorkload, LinkerdServer, opaque_mismatches


@analyzer(
    "LKD206",
    "linkerd-opaque-ports-differ",
    Severity.WARNING,
    reads=(Service, Workload, Namespace, ConfigMap, MutatingWebhookConfiguration, LinkerdServer, ExternalWorkload),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in opaque_mismatches(mesh):
        service, workload = found.service, found.workload
        at = f"port {found.number}" + (f" (container port {found.target})" if found.target != found.number else "")
        who = f"{workload.id.kind} {workload.full_name}"
        said, lacking = (f"the Service {service.full_name}", who) if found.on_service else (who, "the Service")
        annotated = OPAQUE_PORTS in service.annotations
        number = found.target if found.on_service else found.number
        yield Claim(
            service,
            ("metadata", "annotations", OPAQUE_PORTS) if annotated else (*found.path, "port"),
            f"By {said}, {at} of Service {service.full_name} is opaque, and by {lacking} it is not: connections in "
            "which the server speaks first hang for ten seconds.",
            fix=f"Add {number} to {OPAQUE_PORTS} of {who if found.on_service else f'Service {service.full_name}'}, or "
            "take it out on the other side.",
            related=(Also(workload, workload.pod_field("metadata"), "the pods behind it"),),
            key=(str(found.number), str(found.target)),
        )
