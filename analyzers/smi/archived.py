"""The Service Mesh Interface is archived.

Why: its project ended in October 2023 and its specifications get no more versions. Meshes that had it have dropped it
or will; what came after it are the Gateway API's routes for a Service (GAMMA).

Example:
    apiVersion: split.smi-spec.io/v1alpha2
    kind: TrafficSplit

Fix: plan to write TrafficSplits as HTTPRoutes with weights, and TrafficTargets as the policies of the mesh itself.

Silent when: the input has nothing of it. It is told once, of the first resource.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, analyzer
from meshctl.analysis.api.smi import SmiObject


@analyzer("SMI901", "smi-archived", Severity.INFO, reads=(SmiObject,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if found := mesh.all(SmiObject):
        count = f"{len(found)} resources use it" if len(found) > 1 else "This is the one resource that uses it"
        first = min(found, key=lambda view: (view.id.kind, view.full_name))
        yield Claim(
            first,
            ("apiVersion",),
            f"The Service Mesh Interface was archived in 2023. {count}.",
            fix="Plan the way to routes of the Gateway API and to the mesh's own policies.",
        )
