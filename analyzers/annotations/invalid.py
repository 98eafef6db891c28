"""An annotation of Istio has a value that Istio cannot read.

Why: the injector refuses the pod, or the proxy starts without the setting.

Example:
    kind: Pod
    metadata:
      name: web
      annotations:
        traffic.sidecar.istio.io/excludeOutboundPorts: "5432;6379"   # items are separated by commas

Fix: correct the value.

Silent when: the annotation is in the wrong place anyway (IST0107), or is one for the proxy's CPU or memory in a pod
template (MSH104). In proxy.istio.io/config a field is called unknown only if it is nearly the name of a known one.
Those of pod templates are MSH414.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    Namespace,
    Service,
    Severity,
    Workload,
    analyzer,
    annotation_claims,
    invalid_annotation,
)


@analyzer("IST0125", "annotation-invalid", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return annotation_claims(mesh, invalid_annotation)
