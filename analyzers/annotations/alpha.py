"""An annotation of Istio is alpha: it may change or vanish with any version.

Why: before an upgrade it is good to know on what the mesh leans that nobody has promised to keep. Nearly every
annotation of Istio is alpha, so this check runs only when it is asked for: `--select IST0136`.

Example:
    kind: Pod
    metadata:
      name: web
      annotations:
        sidecar.istio.io/logLevel: debug

Fix: look into the notes of the new version before upgrading; nothing has to be done today.

Silent when: the annotation is beta or stable, or is one about redirection on a pod without the container istio-init,
where Istio's CNI plugin writes them.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Annotation,
    Claim,
    MeshGraph,
    Namespace,
    Service,
    Severity,
    Workload,
    analyzer,
    istio_annotations,
)

_WRITTEN_BY_CNI = frozenset(
    {
        "sidecar.istio.io/interceptionMode",
        "traffic.sidecar.istio.io/excludeInboundPorts",
        "traffic.sidecar.istio.io/includeInboundPorts",
        "traffic.sidecar.istio.io/includeOutboundIPRanges",
    }
)


@analyzer("IST0136", "annotation-alpha", Severity.INFO, reads=(Namespace, Service, Workload), on_request=True)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in istio_annotations(mesh):
        if found.known is not None and found.known.maturity == "alpha" and not _is_of_cni(found):
            yield Claim(
                found.subject,
                found.path,
                f"The annotation {found.name} is alpha: another version of Istio may not read it, or not like this.",
                fix="Look for it in the release notes before you upgrade Istio.",
                on_key=True,
            )


def _is_of_cni(found: Annotation) -> bool:
    pod = found.subject
    if found.name not in _WRITTEN_BY_CNI or not isinstance(pod, Workload) or not pod.is_pod:
        return False
    return not any(container.name == "istio-init" for container in pod.containers)
