"""A TrafficExtension has a value that Istio refuses.

Why: the extension is not loaded, so what it should check or change is not.

Example:
    phase: AUTHN   # and neither wasm nor lua

Fix: give it either `wasm` with a url or `lua` with code.

Silent when: the code itself is wrong: only the proxy finds that.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, TrafficExtension, analyzer, refused


@analyzer("IST0106", "trafficextension-invalid", Severity.ERROR, reads=(TrafficExtension,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, TrafficExtension)
