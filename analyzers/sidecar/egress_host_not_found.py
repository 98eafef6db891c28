"""A Sidecar limits its pods to a host that does not exist.

Why: the proxies of a Sidecar know only the hosts under `egress`. A host that is misspelt is nobody's: what was meant
cannot be reached as part of the mesh, and with `REGISTRY_ONLY` not at all.

Example:
    kind: Sidecar
    metadata: {namespace: shop}
    spec:
      egress:
      - hosts: ["./reviewz.shop.svc.cluster.local"]   # there is a Service `reviews`

Fix: write `namespace/host` with the full name of a Service, or the host of a ServiceEntry; `*` for all.

Silent when: a Service, ServiceEntry or VirtualService has the host in that namespace; or it is a wildcard or a short
name, which IST0106 refuses.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    MeshGraph,
    Service,
    ServiceEntry,
    Severity,
    Sidecar,
    VirtualService,
    analyzer,
    hosts,
    numbered,
    numbered_texts,
)


@analyzer(
    "KIA1004",
    "sidecar-egress-host-not-found",
    Severity.WARNING,
    reads=(Sidecar, Service, ServiceEntry, VirtualService),
    absent=(Service, ServiceEntry),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    routed = {host for vs in mesh.all(VirtualService) for _, host in vs.hosts} if mesh.all(Sidecar) else set()
    for sidecar in mesh.all(Sidecar):
        for i, listener in numbered(sidecar.spec.get("egress")):
            for j, written in numbered_texts(listener.get("hosts")):
                place, slash, host = written.partition("/")
                # A short name is no host here, which IST0106 says.
                if not slash or "*" in host or "." not in host or place.startswith("~") or host in routed:
                    continue
                home = sidecar.namespace if place == "." else place
                if not any(home in ("*", *entry.namespaces) for entry in hosts(mesh).named(host)):
                    yield Claim(
                        sidecar,
                        ("spec", "egress", i, "hosts", j),
                        f"The host {host}{_of(home)} {ABSENT}: the pods of this Sidecar do not know what was meant.",
                        fix=_fix(mesh, host, home),
                        absent=hosts(mesh).missing(host, home),
                    )


def _of(home: str) -> str:
    return "" if home == "*" else f" of namespace {home}"


def _fix(mesh: MeshGraph, host: str, home: str) -> str:
    found = next(iter(hosts(mesh).named(host)), None)
    if found:
        return f"It is of namespace {found.namespaces[0]}: write {found.namespaces[0]}/{host}."
    near = hosts(mesh).nearest(host, home)
    return f"Did you mean {near}?" if near else "Write the full name of a Service, or create a ServiceEntry."
