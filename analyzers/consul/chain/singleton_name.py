"""A resource of which Consul has one alone has not the name that it must have.

Why: ProxyDefaults are called global, Mesh is called mesh, ExportedServices are called default (in Consul Enterprise, as
the partition). Consul's webhook refuses any other name.

Example:
    kind: ProxyDefaults
    metadata: {name: proxy-defaults}   # global

Fix: rename it.

Silent when: it has the name; or, for ExportedServices, the input shows that this is Consul Enterprise.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import SEEN, ConsulEntry, consul_namespaces, installation

_NAMES = {"ProxyDefaults": "global", "Mesh": "mesh", "ExportedServices": "default"}


@analyzer("CSL212", "consul-singleton-name", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    enterprise = consul_namespaces(mesh).known
    unsure = Severity.INFO if installation(mesh).unread else Severity.WARNING
    for entry in mesh.all(ConsulEntry):
        wanted = _NAMES.get(entry.id.kind)
        if wanted in (None, entry.name) or (enterprise and wanted == "default"):
            continue
        # Which partition this is, only the flags of the injector could tell.
        open_question = wanted == "default" and enterprise is None
        yield Claim(
            entry,
            ("metadata", "name"),
            f"{entry.id.kind} must be called {wanted}: Consul refuses it under the name {entry.name}.",
            fix=f"Rename it to {wanted}.",
            severity=unsure if open_question else None,
        )
