"""An annotation of Istio is deprecated.

Why: it works today and is taken away in some later version of Istio; what takes its place works already.

Example:
    kind: Pod
    metadata:
      name: web
      annotations:
        sidecar.istio.io/inject: "true"   # a label now

Fix: use what the message names.

Silent when: the label sidecar.istio.io/inject stands beside the annotation of that name, which is how both old and new
versions of Istio are served.
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
    deprecated_annotation,
)


@analyzer("IST0135", "annotation-deprecated", Severity.INFO, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return annotation_claims(mesh, deprecated_annotation)
