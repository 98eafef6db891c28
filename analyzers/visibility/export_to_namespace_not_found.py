"""A resource is exported to a namespace that does not exist.

Why: only the proxies of the namespaces in `exportTo` see the resource. With a misspelt one, those that were meant do
not: their requests are routed as if it were not there.

Example:
    kind: VirtualService
    metadata: {namespace: shop}
    spec:
      exportTo: [".", fronted]   # the namespace is `frontend`

Fix: write the name of a namespace, `.` for its own, or `*` for all. There are no patterns.

Silent when: the namespace exists, or something of the input is in it.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    DestinationRule,
    MeshGraph,
    Missing,
    Namespace,
    ServiceEntry,
    Severity,
    VirtualService,
    analyzer,
    known_namespaces,
    numbered_texts,
)


@analyzer(
    "KIA0005",
    "export-to-namespace-not-found",
    Severity.ERROR,
    reads=(VirtualService, DestinationRule, ServiceEntry, Namespace),
    absent=(Namespace,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    known = known_namespaces(mesh)
    for view in (*mesh.all(VirtualService), *mesh.all(DestinationRule), *mesh.all(ServiceEntry)):
        for i, name in numbered_texts(view.spec.get("exportTo")):
            # What is no name at all, Istio's own validation refuses.
            if name in ("*", ".", "~", "") or "*" in name or known.has(name):
                continue
            near = known.nearest(name)
            yield Claim(
                view,
                ("spec", "exportTo", i),
                f"Namespace {name}, to which this is exported, {ABSENT}: nobody sees it there.",
                fix=f"Did you mean {near}?" if near else "Write the name of an existing namespace, or take it out.",
                absent=Missing("namespace", name, Namespace.KINDS),
            )
