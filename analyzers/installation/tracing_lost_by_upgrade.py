"""The next upgrade of Istio ends the tracing, because nothing but an old default sends traces to Zipkin.

Why: up to version 1.21 proxies send their traces to the Service `zipkin` in Istio's namespace unless told otherwise.
From 1.22 on they send them nowhere unless told where, and nobody notices until traces are looked for.

Example:
    kind: Service
    metadata: {name: zipkin, namespace: istio-system}      # istiod is 1.21, MeshConfig has no tracing provider

Fix: name the provider before the upgrade: `extensionProviders` with zipkin in MeshConfig, and a Telemetry with
`tracing` in the root namespace.

Silent when: istiod is 1.22 or newer, or its version or MeshConfig is not known; MeshConfig or a Telemetry of the root
namespace says where traces go; tracing is off.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    Deployment,
    MeshConfig,
    MeshGraph,
    Service,
    Severity,
    Telemetry,
    analyzer,
    control_planes,
    listed,
    mapping,
    mesh_config,
)

_NO_DEFAULT_SINCE = (1, 22)


@analyzer("IST0169", "tracing-lost-by-upgrade", Severity.WARNING, reads=(Deployment, Service, ConfigMap, Telemetry))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    planes = control_planes(mesh)
    config = mesh_config(mesh)
    zipkin = mesh.get(Service, mesh.settings.istio_namespace, "zipkin")
    if not zipkin or not planes or not config.known or max(p.version for p in planes) >= _NO_DEFAULT_SINCE:
        return
    if not _says_where(mesh, config):
        yield Claim(
            zipkin,
            ("metadata", "name"),
            f"Proxies of Istio {planes[0].shown} send traces here by default alone: after an upgrade to 1.22 or newer"
            " they send none.",
            fix="Before upgrading, add zipkin to extensionProviders and a Telemetry that names it.",
        )


def _says_where(mesh: MeshGraph, config: MeshConfig) -> bool:
    stated = config.stated
    if stated.get("enableTracing") is False or listed(mapping(stated.get("defaultProviders")).get("tracing")):
        return True
    if mapping(stated.get("defaultConfig")).get("tracing") is not None:
        return True
    wide = (t for t in mesh.all(Telemetry) if t.namespace == config.root_namespace and not t.selector)
    return any(listed(t.spec.get("tracing")) for t in wide)
