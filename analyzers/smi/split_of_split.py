"""A backend of a TrafficSplit is split itself.

Why: the specification does not say what a split of a split means: a controller may follow it, ignore one of the two, or
send everything to the pods behind the Service. Where splits lead back to the first one, requests may have no end.

Example:
    kind: TrafficSplit
    metadata: {name: web}
    spec: {service: web, backends: [{service: web-v2, weight: 1}]}
    # and another one:
    kind: TrafficSplit
    metadata: {name: web-v2}
    spec: {service: web-v2, backends: [{service: web-v2-canary, weight: 1}]}

Fix: name all backends in one split.

Silent when: no backend is the root of another split. The root as a backend of its own means its own pods, and is told
as an advice alone.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Also, Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.smi import TrafficSplit, nested_splits


@analyzer("SMI105", "split-of-split", Severity.ERROR, reads=(TrafficSplit,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for nested in nested_splits(mesh):
        harm = "the splits lead back to where they began" if nested.circle else "what that means is not specified"
        yield Claim(
            nested.split,
            (*nested.backend.path, "service"),
            f"{nested.backend.name} is split itself by TrafficSplit {nested.by.full_name}: {harm}.",
            fix=f"Name the backends of {nested.backend.name} here, in one split.",
            related=(Also(nested.by, ("spec", "service"), "the other split"),),
            severity=None if nested.circle else Severity.WARNING,
        )
    for split in mesh.all(TrafficSplit):
        for backend in split.backends:
            if backend.name and backend.name == split.root:
                yield Claim(
                    split,
                    (*backend.path, "service"),
                    f"{split.root} is its own backend: Linkerd takes that as the pods behind it, others may not.",
                    fix="Give those pods a Service of their own and name it here.",
                    severity=Severity.INFO,
                )
