"""An annotation of Istio stands on a kind of resource where nobody reads it.

Why: Istio looks for each annotation in one place. An annotation for pods on a Deployment itself, say, changes nothing,
while whoever wrote it believes that it does.

Example:
    kind: Deployment
    metadata:
      name: web
      annotations:
        proxy.istio.io/config: "holdApplicationUntilProxyStarts: true"   # belongs into spec.template.metadata

Fix: move the annotation to where it is read; those for pods into the pod template.

Silent when: the resource is a pod of a controller in the input. Those of pod templates are MSH414. On what Istio made
from a Gateway it is only an info, and nothing where the annotation works on the Gateway: it copies all that is there.
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
    misplaced_annotation,
)


@analyzer("IST0107", "annotation-misplaced", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return annotation_claims(mesh, misplaced_annotation)
