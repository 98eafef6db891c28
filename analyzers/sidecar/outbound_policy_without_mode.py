"""A Sidecar has an `outboundTrafficPolicy` without a mode, which blocks all unknown hosts.

Why: the mode that is left out is REGISTRY_ONLY, not the one of the mesh: requests to hosts that the mesh does not know
are refused. Nobody sees that in an empty mapping.

Example:
    kind: Sidecar
    spec:
      outboundTrafficPolicy: {}

Fix: write `mode: ALLOW_ANY` or `mode: REGISTRY_ONLY`, or remove the field to have what the mesh has.

Silent when: a mode is written, or the field is not there.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, Sidecar, analyzer


@analyzer("KIA1007", "sidecar-outbound-policy-without-mode", Severity.INFO, reads=(Sidecar,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for sidecar in mesh.all(Sidecar):
        policy = sidecar.spec.get("outboundTrafficPolicy")
        if isinstance(policy, dict) and "mode" not in policy:
            yield Claim(
                sidecar,
                ("spec", "outboundTrafficPolicy"),
                "Without a mode this is REGISTRY_ONLY: requests to hosts that the mesh does not know are refused.",
                fix="Write the mode that is meant, or remove outboundTrafficPolicy.",
                on_key=True,
            )
