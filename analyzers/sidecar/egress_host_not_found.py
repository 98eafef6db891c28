"""A Sidecar limits its pods to a host that does not exist.

Why: the proxies of a Sidecar know only the hosts under `egress`. A host that is misspelt, or not written in full, is
nobody's: what was meant cannot be reached as part of the mesh, and with `REGISTRY_ONLY` not at all.

Example:
    kind: Sidecar
    metadata: {namespace: shop}
    spec:
      egress:
      - hosts: ["./reviews"]   # has to be ./reviews.shop.svc.cluster.local

Fix: write `namespace/host` with the full name of a Service, or the host of a ServiceEntry; `*` for all.

Silent when: a Service, ServiceEntry or VirtualService has the host in that namespace; or it is a wildcard.
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
                if not slash or "*" in host or not host or place.startswith("~") or host in routed:
                    continue
                home = sidecar.namespace if place == "." else place
                if not any(home in ("*", *entry.namespaces) for entry in hosts(mesh).named(host)):
                    missing = hosts(mesh).missing(host, home) if "." in host else None
                    full = hosts(mesh).of_service(host, home)
                    yield Claim(
                        sidecar,
                        ("spec", "egress", i, "hosts", j),
                        f"The host {host}{_of(home)} {ABSENT if missing else 'is not written in full'}: the pods of"
                        " this Sidecar do not know what was meant.",
                        fix=_fix(mesh, host, home) if missing else f"Write {place}/{full}.",
                        absent=missing,
                    )


def _of(home: str) -> str:
    return "" if home == "*" else f" of namespace {home}"


def _fix(mesh: MeshGraph, host: str, home: str) -> str:
    found = next(iter(hosts(mesh).named(host)), None)
    if found:
        return f"It is of namespace {found.namespaces[0]}: write {found.namespaces[0]}/{host}."
    near = hosts(mesh).nearest(host, home)
    return f"Did you mean {near}?" if near else "Write the full name of a Service, or create a ServiceEntry."
