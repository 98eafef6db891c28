"""A Telemetry sends traces to a provider of the type lightstep, which Istio no longer has.

Why: the Lightstep tracer was removed from Envoy and is deprecated in Istio: after an upgrade no traces are sent.
Lightstep takes OpenTelemetry.

Example:
    kind: Telemetry
    spec:
      tracing:
      - providers:
        - name: lightstep   # its type in the MeshConfig is lightstep

Fix: define a provider of the type `opentelemetry` in the MeshConfig's extensionProviders, and name that one.

Silent when: the provider has another type, or is not defined in the MeshConfig at all.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    Severity,
    Telemetry,
    analyzer,
    mesh_config,
    numbered,
    text,
)


@analyzer("IST0002", "telemetry-lightstep-provider", Severity.WARNING, reads=(Telemetry, ConfigMap))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    providers = mesh_config(mesh).extension_providers
    lightstep = {name for name, provider in providers.items() if "lightstep" in provider}
    if not lightstep:
        return
    for telemetry in mesh.all(Telemetry):
        for i, tracing in numbered(telemetry.spec.get("tracing")):
            for j, provider in numbered(tracing.get("providers")):
                if text(provider.get("name")) in lightstep:
                    yield Claim(
                        telemetry,
                        ("spec", "tracing", i, "providers", j, "name"),
                        f"The provider {provider['name']} is of the type lightstep, which is deprecated in Istio and "
                        "gone from Envoy: no traces are sent after an upgrade.",
                        fix="Define a provider of the type opentelemetry in the MeshConfig, and name that one.",
                    )
