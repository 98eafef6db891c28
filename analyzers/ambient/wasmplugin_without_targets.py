"""A WasmPlugin without `targetRefs` is for workloads in ambient mode, where nobody runs it.

Why: ztunnel runs no plugins, and a waypoint takes only what names it or its Services in `targetRefs`; it looks at no
selector, not even at an empty one.

Example:
    kind: WasmPlugin
    metadata: {namespace: shop}   # in ambient mode
    spec:
      selector: {matchLabels: {app: web}}
      url: oci://registry.example.com/filter:1

Fix: name the Service or its waypoint in `targetRefs` instead, as `[{kind: Gateway, group: gateway.networking.k8s.io,
name: waypoint}]`.

Silent when: one of the workloads has a sidecar or is a gateway, or may be one; the policy names its targets; or it
selects a waypoint by its labels, which is IST0166.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, WasmPlugin, analyzer
from meshctl.analysis.api.ambient import SELECTOR_READS, unread_claims


@analyzer("KIA1116", "wasmplugin-without-targets-in-ambient", Severity.WARNING, reads=(WasmPlugin, *SELECTOR_READS))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from unread_claims(mesh, WasmPlugin, "the plugin does not run")
