"""A mirror Service is of a cluster to which there is no Link any more.

Why: nobody keeps its endpoints: requests to it go where that cluster's gateway was when the Link was taken away, and
fail when that moves.

Example:
    kind: Service
    metadata:
      name: books-west
      labels: {mirror.linkerd.io/mirrored-service: "true", mirror.linkerd.io/cluster-name: west}   # no Link is to it

Fix: delete the Service, or link that cluster again.

Silent when: there is a Link to that cluster. Mirror Services of one cluster are one finding for each namespace.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Also, Claim, MeshGraph, Missing, Service, Severity, analyzer, enumerated
from meshctl.analysis.api.linkerdlive import CLUSTER, Link, linked_clusters, mirror_services


@analyzer("LKD503", "linkerd-mirror-service-orphaned", Severity.WARNING, reads=(Service, Link), absent=(Link,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    orphans: dict[tuple[str, str], list[Service]] = {}
    for service in sorted(mirror_services(mesh), key=lambda each: each.id):
        cluster = service.labels[CLUSTER]
        if cluster not in linked_clusters(mesh):
            orphans.setdefault((service.namespace, cluster), []).append(service)
    for (_, cluster), services in orphans.items():
        first = services[0]
        names = enumerated((each.full_name for each in services), len(services))
        yield Claim(
            first,
            ("metadata", "labels", CLUSTER),
            f"{names} {'mirrors a Service' if len(services) == 1 else 'mirror Services'} of cluster {cluster}, and a "
            f"Link to that {ABSENT}: nobody keeps their endpoints.",
            fix="Delete the mirror Services, or link that cluster again.",
            related=tuple(Also(each, ("metadata", "labels", CLUSTER), "is one too") for each in services[1:4]),
            absent=Missing("Link", cluster, Link.KINDS),
        )
