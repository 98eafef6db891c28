"""An annotation of Consul on a pod is one that Consul does not know.

Why: it is ignored without a word: the upstream is not there, the port not left out, the limit not set.

Example:
    consul.hashicorp.com/connect-service-upstream: "db:1234"   # connect-service-upstreams

Fix: correct the name.

Silent when: the name is one that a release of consul-k8s knows, or begins with service-meta-.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Workload, analyzer
from meshctl.analysis.api.consul import consul_annotations, nearest_annotation


@analyzer("CSL112", "consul-annotation-unknown", Severity.WARNING, reads=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for found in consul_annotations(mesh):
        if found.on_pod and not found.is_known:
            near = nearest_annotation(found.name)
            yield Claim(
                found.workload,
                found.path,
                f"Consul knows no annotation {found.name} and ignores it.",
                fix=f"Did you mean {near}?" if near else "Correct its name, or remove it.",
                on_key=True,
            )
