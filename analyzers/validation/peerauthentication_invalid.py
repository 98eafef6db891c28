"""A PeerAuthentication has a value that Istio refuses.

Why: the mode that it should set is not in force: plain text may still be accepted where only mutual TLS should be.

Example:
    mtls: {mode: STRICT}
    portLevelMtls:   # of which pods?
      8080: {mode: DISABLE}

Fix: add a selector with labels, or remove portLevelMtls.

Silent when: several of them are for the same pods.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, PeerAuthentication, Severity, analyzer, refused


@analyzer("IST0106", "peerauthentication-invalid", Severity.ERROR, reads=(PeerAuthentication,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, PeerAuthentication)
