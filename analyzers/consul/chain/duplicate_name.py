"""Two entries of Consul have one kind and name, in different namespaces of Kubernetes.

Why: without Consul Enterprise, all of them are in one namespace of Consul. The webhook refuses the second; where it got
in anyway, Consul has the one that was written last, and the other one has no effect.

Example:
    kind: ServiceDefaults
    metadata: {name: web, namespace: shop}
    ---
    kind: ServiceDefaults
    metadata: {name: web, namespace: staging}

Fix: remove one of them; services of one name in two namespaces need names of their own in Consul, by the annotation
connect-service.

Silent when: the flags of the injector show that namespaces of Kubernetes are namespaces of Consul. It is a warning
where the injector is not in the input. ServiceIntentions are told apart by their destination: CSL304.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import SEEN, ConsulEntry, consul_namespaces, installation

_OTHERWISE = frozenset({"ServiceIntentions", "PeeringAcceptor", "PeeringDialer", "Registration", "ExportedServices"})


@analyzer("CSL210", "consul-duplicate-name", Severity.ERROR, reads=SEEN)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if consul_namespaces(mesh).mirrored:
        return
    certain = installation(mesh).source is not None
    unsure = Severity.INFO if installation(mesh).unread else Severity.WARNING
    seen: dict[tuple[str, str], ConsulEntry] = {}
    for entry in sorted(mesh.all(ConsulEntry), key=lambda e: e.id):
        first = seen.setdefault((entry.id.kind, entry.name), entry)
        if first.namespace != entry.namespace and entry.id.kind not in _OTHERWISE:
            yield Claim(
                entry,
                ("metadata", "name"),
                f"{first.id} has the same name: without namespaces of Consul Enterprise, there can be only one.",
                fix="Remove one of them.",
                related=(Also(first, ("metadata", "name"), "has the same name"),),
                severity=None if certain else unsure,
            )
