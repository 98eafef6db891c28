"""A Sidecar for a whole namespace has another name than `default`.

Why: in this house everybody looks for it under that name.

Example:
    kind: Sidecar
    metadata: {name: limits, namespace: shop}

Fix: rename it.

Silent when: it has a workloadSelector.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Sidecar, analyzer


@analyzer("HSE001", "sidecar-not-called-default", Severity.WARNING, reads=(Sidecar,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for sidecar in mesh.all(Sidecar):
        if not sidecar.selector and sidecar.name != "default":
            yield Claim(sidecar, ("metadata", "name"), f"{sidecar.name} is for the whole namespace.", fix="Rename it.")
