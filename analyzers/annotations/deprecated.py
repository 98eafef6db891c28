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
    istio_annotations,
)


@analyzer("IST0135", "annotation-deprecated", Severity.INFO, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in istio_annotations(mesh):
        if found.known is None or found.known.instead is None or found.name in found.labels:
            continue
        yield Claim(
            found.subject,
            found.path,
            f"The annotation {found.name} is deprecated and will stop working in some later version of Istio.",
            fix=f"Use {found.known.instead} instead." if found.known.instead else "Remove it.",
            on_key=True,
        )
