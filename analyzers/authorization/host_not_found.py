"""A rule of an AuthorizationPolicy names a host of the cluster that does not exist.

Why: clients call a service by its name, which is then the host of their requests. Of a service that does not exist
there are none: a policy that allows lets nothing in by it, one that denies refuses nothing.

Example:
    kind: AuthorizationPolicy
    metadata: {namespace: shop}
    spec:
      rules:
      - to:
        - operation: {hosts: [webb, "webb:*", webb.shop.svc.cluster.local]}   # the Service is called web

Fix: write the host as clients do. Each way to write it is a host of its own: `web`, `web.shop`, and both with `:8080`.

Silent when: the host is none of the cluster (`shop.example.com`), has a `*` in its name, or is an address; a Service,
ServiceEntry or VirtualService has it; or it is a short name in a policy of the root namespace, where it may be of any
namespace. A client may write any host it likes into a request: so this is no error.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    AuthorizationPolicy,
    Claim,
    ConfigMap,
    MeshGraph,
    Namespace,
    Service,
    ServiceEntry,
    Severity,
    VirtualService,
    analyzer,
    hosts,
)
from meshctl.analysis.api.authorization import HOST, constraints, local_host, virtual_hosts


@analyzer(
    "KIA0104",
    "authorizationpolicy-host-not-found",
    Severity.WARNING,
    reads=(AuthorizationPolicy, ConfigMap, Namespace, Service, ServiceEntry, VirtualService),
    absent=(Service, ServiceEntry, VirtualService),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = hosts(mesh)
    for policy, constraint in constraints(mesh):
        if constraint.attribute != HOST:
            continue
        for value in (*constraint.values, *constraint.excluded):
            full = local_host(mesh, value.text, policy.namespace)
            if not full or known.hidden(full, "") or virtual_hosts(mesh).has(full):
                continue
            near = known.nearest(value.text.partition(":")[0], policy.namespace)
            yield Claim(
                policy,
                value.path,
                f"Service {'/'.join(full.split('.')[1::-1])} {ABSENT}, so no client of a service has this host.",
                fix=f"Did you mean {near}?" if near else "Write the host as clients call the service.",
                absent=known.missing(full, policy.namespace),
            )
