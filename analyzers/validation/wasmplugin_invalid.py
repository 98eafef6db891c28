"""A WasmPlugin has a value that Istio refuses.

Why: the module is not loaded, so what it should check or change is not.

Example:
    url: oci://registry.example.com/plugin:1
    sha256: sha256:6b0a   # 64 hexadecimal digits alone

Fix: correct the value as the finding says.

Silent when: the module cannot be fetched, or fails in the proxy.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, WasmPlugin, analyzer, refused


@analyzer("IST0106", "wasmplugin-invalid", Severity.ERROR, reads=(WasmPlugin,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    return refused(mesh, WasmPlugin)
