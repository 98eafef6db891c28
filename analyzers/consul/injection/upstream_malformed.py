"""The annotation that lists upstreams cannot be read, so that the pod is never registered.

Why: it is not looked at when the pod is created. Consul's controller fails on it later, does not register the pod at
all, and its init container waits for ever.

Example:
    consul.hashicorp.com/connect-service-upstreams: "db:1234,"   # a comma too many

Fix: write `name:port`, several separated by commas; `name.svc.peer-a.peer:port` for a service of a peer,
`name.svc.dc2.dc:port` for one of another datacenter, `prepared_query:name:port` for a query.

Silent when: every item has one of these forms, or one of those for namespaces and partitions of Consul Enterprise where
the flags of the injector show these. Without these flags, it is a warning that something has the latter form (of a
cluster that was not read whole, an info).
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Workload, analyzer
from meshctl.analysis.api.consul import (
    SEEN,
    UPSTREAMS,
    Upstream,
    consul_namespaces,
    installation,
    starting_pods,
    upstreams,
)


@analyzer("CSL107", "consul-upstream-malformed", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for pod in starting_pods(mesh):
        for number, upstream in enumerate(pod.upstreams, 1):
            if upstream.problem:
                which = f"The upstream {upstream.text!r}" if upstream.text else f"Upstream number {number}"
                yield Claim(
                    pod.workload,
                    pod.annotation(UPSTREAMS),
                    f"{which} {upstream.problem}. Consul does not register these pods at all, and they do not start.",
                    fix="Write name:port, several separated by commas.",
                    severity=_lower(mesh, pod.workload, upstream),
                    key=(upstream.text,),
                )


def _lower(mesh: MeshGraph, workload: Workload, upstream: Upstream) -> Severity | None:
    """The severity of what Consul Enterprise would understand, where this may be that."""
    there = upstreams(upstream.text, workload, True)
    if consul_namespaces(mesh).known is not None or not there or there[0].problem:
        return None
    return Severity.INFO if installation(mesh).unread else Severity.WARNING
