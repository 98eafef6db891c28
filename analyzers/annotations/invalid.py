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
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    RESOURCE_ANNOTATIONS,
    Claim,
    MeshGraph,
    Namespace,
    Service,
    Severity,
    Workload,
    analyzer,
    istio_annotations,
    value_problem,
)


@analyzer("IST0125", "annotation-invalid", Severity.WARNING, reads=(Namespace, Service, Workload))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in istio_annotations(mesh):
        if found.known is None or not found.known.works_on(found.kind):
            continue
        # What a template gives the proxy is another check's.
        if found.subject.id.kind != "Pod" and found.name in RESOURCE_ANNOTATIONS:
            continue
        problem = value_problem(found.name, found.value)
        if not problem:
            continue
        value = repr(found.value) if len(found.value) <= 40 and "\n" not in found.value else "The value"
        yield Claim(
            found.subject,
            found.path,
            f"{value} of the annotation {found.name} {problem}.",
            fix=f"Correct the value of {found.name}.",
        )
