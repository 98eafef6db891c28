"""An annotation of Consul on a pod has a value that Consul cannot read.

Why: the webhook fails, so that the pod is not created, or the setting is not made.

Example:
    consul.hashicorp.com/transparent-proxy-exclude-outbound-ports: "5432;6379"   # "5432,6379"

Fix: correct the value.

Silent when: it is connect-inject (CSL101) or the list of upstreams (CSL107), or the annotation takes any text. A port
may be the name of one of the containers.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Workload, analyzer
from meshctl.analysis.api.consul import consul_annotations


@analyzer("CSL112", "consul-annotation-invalid", Severity.WARNING, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in consul_annotations(mesh):
        if found.on_pod and found.problem:
            value = repr(found.value) if len(found.value) <= 40 and "\n" not in found.value else "The value"
            yield Claim(
                found.workload,
                found.path,
                f"{value} of the annotation {found.name} {found.problem}.",
                fix=f"Correct the value of {found.name}.",
            )
