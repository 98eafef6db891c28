"""An intention is about a source that is no service of Consul.

Why: no caller has that name, so that the intention never counts: the caller that was meant is treated by the next less
exact one, or by the default.

Example:
    kind: ServiceIntentions
    spec:
      destination: {name: payments}
      sources:
      - {name: chekout, action: allow}   # checkout

Fix: write the name that the service has in Consul; for one of a cluster peer, add `peer`.

Silent when: something declares the service (see CSL202); the source is `*`, of a peer, partition or sameness group; or
the destination is not known either (CSL301).
"""

from collections.abc import Iterator

from meshctl.analysis.api import ABSENT, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.consul import DECLARING, EVERY, SEEN, ServiceIntentions, catalog


@analyzer("CSL302", "consul-intention-source-unknown", Severity.WARNING, reads=SEEN, absent=DECLARING)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    names = catalog(mesh)
    for entry in mesh.all(ServiceIntentions):
        for intention in entry.sources:
            source = intention.source
            key = names.key(entry, source) if source.name not in ("", EVERY) else None
            if key is not None and not names.knows(key) and _is_for_somebody(mesh, entry):
                near = names.nearest(key)
                yield Claim(
                    entry,
                    (*source.path, "name"),
                    f"Service {key} of Consul {ABSENT}: nobody who calls {entry.destination.name} has this name.",
                    fix=f"Did you mean {near}?" if near else "Write the name that the service has in Consul.",
                    absent=names.missing(key),
                )


def _is_for_somebody(mesh: MeshGraph, entry: ServiceIntentions) -> bool:
    key = catalog(mesh).key(entry, entry.destination)
    return key is None or catalog(mesh).knows(key)
