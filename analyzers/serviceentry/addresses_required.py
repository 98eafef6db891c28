"""A TCP port of a ServiceEntry has no address that it could be told apart by.

Why: plain TCP carries no host name. Without an address the sidecars can only listen for the port on every address, so
that the entry catches all other traffic to that port number too.

Example:
    kind: ServiceEntry
    spec:
      hosts: [db.example.com]
      ports:
      - {number: 5432, name: tcp, protocol: TCP}
      resolution: DNS

Fix: write `addresses`, or let Istio allocate them: in the mesh configuration, defaultConfig.proxyMetadata with
ISTIO_META_DNS_CAPTURE and ISTIO_META_DNS_AUTO_ALLOCATE "true".

Silent when: the entry has addresses, in its spec or allocated in its status; the mesh allocates them; or the port has
a protocol with a host name in it (HTTP, TLS).
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    ServiceEntry,
    Severity,
    analyzer,
    mapping,
    mesh_config,
)


@analyzer("IST0134", "serviceentry-addresses-required", Severity.WARNING, reads=(ServiceEntry, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if _allocated(mesh):
        return
    for entry in mesh.all(ServiceEntry):
        if entry.spec.get("addresses") or entry.status.get("addresses"):
            continue
        for port in entry.ports:
            if port.protocol in ("", "TCP"):
                what = "is TCP" if port.protocol else "has no protocol and so is TCP"
                yield Claim(
                    entry,
                    (*port.path, "name"),
                    f"Port {port.number} {what}, and the entry has no addresses: sidecars take all traffic to that port"
                    " number for it.",
                    fix="Add `addresses`, name a protocol such as TLS or HTTP, or switch address allocation on.",
                )


def _allocated(mesh: MeshGraph) -> bool:
    metadata = mapping(mesh_config(mesh).default_config.get("proxyMetadata"))
    on = {name for name, value in metadata.items() if value == "true"}
    return "ISTIO_META_DNS_CAPTURE" in on and bool(
        on & {"ISTIO_META_DNS_AUTO_ALLOCATE", "PILOT_ENABLE_IP_AUTOALLOCATE"}
    )
