"""An EnvoyFilter is in use.

Why: it changes Envoy's configuration behind Istio's back. What it relies on (names of filters, listeners and fields) is
no interface and may change with any upgrade, and a wrong patch can take down every proxy that it selects.

Example:
    kind: EnvoyFilter

Fix: use Telemetry, WasmPlugin, AuthorizationPolicy or ProxyConfig where one of them can do it; otherwise test the
filter with each new version of Istio and suppress this finding for it.

Silent when: there is none.
"""

from collections.abc import Iterator

from meshctl.analysis.api import Claim, EnvoyFilter, MeshGraph, Severity, analyzer


@analyzer("IST0133", "envoyfilter-used", Severity.WARNING, reads=(EnvoyFilter,))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for view in mesh.all(EnvoyFilter):
        yield Claim(
            view,
            ("kind",),
            "EnvoyFilters depend on the inside of Istio and Envoy, which changes with every version.",
            fix="Replace it where Istio's API can do the same, else test it before each upgrade.",
        )
