"""An annotation in one of Istio's domains has a name that Istio does not know.

Why: Istio ignores it without a word. Most often it is a slip of the keyboard, or a label that was written as an
annotation, and what it was to switch on stays off.

Example:
    kind: Service
    metadata:
      name: web
      annotations:
        networking.istio.io/exportsTo: "."   # networking.istio.io/exportTo

Fix: correct the name, move it to the labels if it is one, or remove it.

Only an info where the domain ends like Istio's but is another (my-istio.io), or Istio made the resource from a Gateway.

Silent when: the domain does not end in istio.io; Istio itself writes the annotation; or the resource is a pod of a
controller in the input. Those of pod templates are MSH414.
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
    unknown_annotation,
)


@analyzer("IST0108", "annotation-unknown", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return annotation_claims(mesh, unknown_annotation)
