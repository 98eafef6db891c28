"""A resource of the Service Mesh Interface is written in a version older than the one its definition stores.

Why: the definitions convert nothing between their versions, and the fields have moved: what an old version has beside
the metadata is read from `spec` later, and weights that were quantities are numbers. The controller may see less than
what is written.

Example:
    apiVersion: access.smi-spec.io/v1alpha1   # the definition has v1alpha3 too
    kind: TrafficTarget

Fix: write the newest version that the definition serves.

Silent when: the definition is not in the input, converts by a webhook, or serves no newer version.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, CustomResourceDefinition, MeshGraph, Severity, analyzer, mapping
from meshctl.analysis.api.smi import SmiObject


@analyzer("SMI902", "smi-version-outdated", Severity.WARNING, reads=(SmiObject, CustomResourceDefinition))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    newest = {}
    for definition in mesh.all(CustomResourceDefinition) if mesh.all(SmiObject) else ():
        converts = mapping(definition.spec.get("conversion")).get("strategy") == "Webhook"
        if definition.served and definition.defines in SmiObject.KINDS and not converts:
            newest[definition.defines] = max(definition.served)
    for found in mesh.all(SmiObject):
        latest = newest.get(found.id.kind_key, "")
        # Versions of one shape, v1alpha1 to v1alpha4, are in order as texts.
        if found.resource.version < latest:
            yield Claim(
                found,
                ("apiVersion",),
                f"{found.resource.version} is older than {latest}, and the definition of {found.id.kind} converts"
                " nothing: fields that have moved since are not seen.",
                fix=f"Write {found.id.group}/{latest}, with the fields where it has them.",
            )
