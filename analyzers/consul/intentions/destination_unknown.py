"""An intention is for a destination that is no service of Consul.

Why: it protects nobody, and permits nothing. Where calls are denied by default, those to the service that was meant are
denied; else, they are allowed although an intention was to deny them.

Example:
    kind: ServiceIntentions
    metadata: {name: payments}
    spec:
      destination: {name: paymnets}   # payments

Fix: write the name that the service has in Consul. It is that of `spec.destination`, not of the resource, that counts.

Silent when: something declares the service (see CSL202), or the destination is `*` or in another partition.
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import DECLARING, EVERY, SEEN, ServiceIntentions, catalog


@analyzer("CSL301", "consul-intention-destination-unknown", Severity.WARNING, reads=SEEN, absent=DECLARING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for entry in mesh.all(ServiceIntentions):
        key = names.key(entry, entry.destination) if entry.destination.name not in ("", EVERY) else None
        if key is not None and not names.knows(key):
            near = names.nearest(key)
            yield Claim(
                entry,
                (*entry.destination.path, "name"),
                f"Service {key} of Consul {ABSENT}: these intentions hold for nobody.",
                fix=f"Did you mean {near}?" if near else "Write the name that the service has in Consul.",
                absent=names.missing(key),
            )
