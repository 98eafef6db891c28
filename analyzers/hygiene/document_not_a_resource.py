"""A document is no Kubernetes resource: it has no apiVersion, no kind or no name.

Why: nothing can apply it, so a part of the intended configuration is missing, and it was not analyzed.

Example:
    apiVersion: networking.istio.io/v1
    knd: VirtualService   # kind
    metadata: {name: web}

Fix: add what is missing, or keep files that are no manifests (values, kustomizations' patches) out of the input.

Silent when: the document is empty, holds comments alone, or is a kustomization.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer


@analyzer("MSH003", "document-not-a-resource", Severity.ERROR)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for problem in mesh.problems("not-a-resource"):
        yield Claim(
            None,
            (),
            problem.message,
            fix="Add what is missing, or keep files that are no manifests out of the input.",
            place=problem.location,
        )
