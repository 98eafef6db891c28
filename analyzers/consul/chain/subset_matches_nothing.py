"""The filter of a subset takes none of the pods of its service.

Why: a subset without instances answers requests with a 503. Filters see the metadata and tags that pods give by the
annotations service-meta-... and service-tags, not their labels.

Example:
    kind: ServiceResolver
    metadata: {name: web}
    spec:
      subsets:
        v2: {filter: Service.Meta.version == v2}   # the pods have the label version=v2

Fix: add the annotation `consul.hashicorp.com/service-meta-version: v2` to the pod template, or correct the filter.

Silent when: the filter is more than comparisons of metadata and tags joined by `and`, asks for what Consul itself
writes, or no pod of the service is in the input; or instances of it are registered otherwise.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Missing, Severity, Workload, analyzer, text
from meshctl.analysis.api.consul import (
    SEEN,
    ServiceResolver,
    catalog,
    conditions,
    holds,
    instances,
    registrations,
)


@analyzer("CSL208", "consul-subset-matches-nothing", Severity.WARNING, reads=SEEN, absent=(Workload,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for resolver in mesh.all(ServiceResolver):
        own = catalog(mesh).own(resolver)
        pods = () if own in registrations(mesh) else instances(mesh).get(own, ())
        for name, subset in resolver.subsets.items() if pods else ():
            filter = text(subset.get("filter"))
            wanted = conditions(filter) if filter else None
            if wanted and all(any(holds(c, pod.workload) is False for c in wanted) for pod in pods):
                place = pods[0].workload.namespace
                yield Claim(
                    resolver,
                    ("spec", "subsets", name, "filter"),
                    f"A pod of {own} that fits {filter!r} {ABSENT}: requests for subset {name} fail.",
                    fix="Give the pods the annotation service-meta-KEY or service-tags that the filter asks for.",
                    absent=Missing("workload", f"{place}/{own.name}", Workload.KINDS, place),
                )
