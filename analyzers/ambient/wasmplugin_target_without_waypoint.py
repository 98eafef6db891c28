"""A WasmPlugin is for a Service in ambient mode that has no waypoint to run it.

Why: the plugin is run by the waypoint of the Service alone; ztunnel runs none.

Example:
    kind: WasmPlugin
    metadata: {namespace: shop}   # in ambient mode, without istio.io/use-waypoint
    spec:
      targetRefs: [{kind: Service, name: web, group: ""}]
      url: oci://registry.example.com/filter:1

Fix: give the Service a waypoint (`istio.io/use-waypoint` on it or on its namespace).

Silent when: the Service or its namespace asks for a waypoint; some of its workloads are not in ambient mode; or the
Namespace was not read.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, MeshGraph, Severity, WasmPlugin, analyzer
from meshctl.analysis.api.ambient import TARGET_READS, target_claims


@analyzer("KIA1111", "wasmplugin-target-without-waypoint", Severity.WARNING, reads=TARGET_READS)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    yield from target_claims(mesh, WasmPlugin, "the plugin does not run")
