"""Pods run another version of Consul's sidecar than the injector gives out now.

Why: a pod keeps the sidecar that it was created with. After an upgrade, old ones lack fixes and stop working with the
servers when these are more than a version ahead.

Example:
    kind: Pod
    spec:
      containers:
      - name: consul-dataplane
        image: hashicorp/consul-dataplane:1.4.0   # the injector has 1.6.0

Fix: restart the workload.

Silent when: the injector is not in the input, the image is the same, or the workload has been reported for another of
its pods.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    MeshGraph,
    MutatingWebhookConfiguration,
    Pod,
    Severity,
    Workload,
    analyzer,
    restart_advice,
    top_owner,
)
from meshctl.analysis.api.consul import dataplanes, installation


@analyzer("CSL113", "consul-dataplane-version-skew", Severity.WARNING, reads=(Workload, MutatingWebhookConfiguration))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    wanted = _tag(installation(mesh).dataplane)
    told = set()
    for pod in mesh.all(Pod) if wanted else ():
        for container in dataplanes(pod):
            top = top_owner(mesh, pod).id
            if _tag(container.image) not in ("", wanted) and not pod.has_ended and top not in told:
                told.add(top)
                yield Claim(
                    pod,
                    (*container.path, "image"),
                    f"The sidecar of {top} is {_tag(container.image)}, the injector gives out {wanted}.",
                    fix=restart_advice(mesh, pod),
                )


def _tag(image: str) -> str:
    """The tag of an image; empty for one without, or with a digest alone."""
    name = image.partition("@")[0].rpartition("/")[2]
    return name.partition(":")[2]
