"""A Telemetry asks for access logs and names no provider, and the mesh has no default one.

Why: access logs go to providers. Without one, and without `defaultProviders.accessLogging` in the MeshConfig, the
entry has nothing to act on: no log is written, and its filter or match is without effect.

Example:
    kind: Telemetry
    spec:
      accessLogging:
      - filter: {expression: "response.code >= 400"}   # to which provider?

Fix: name a provider in the entry, `providers: [{name: envoy}]`, or set `defaultProviders.accessLogging`.

Where a Telemetry for the whole mesh or, for one with a selector, for the whole namespace names a provider for access
logs, that one is taken over: this is then an info.

Silent when: the entry is disabled, or the MeshConfig has a default provider.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    Missing,
    Severity,
    Telemetry,
    analyzer,
    logging_parents,
    mapping,
    mesh_config,
    numbered,
)


@analyzer(
    "IST0157",
    "telemetry-logging-without-provider",
    Severity.WARNING,
    reads=(Telemetry, ConfigMap),
    absent=(ConfigMap,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    config = mesh_config(mesh)
    if mapping(config.fields.get("defaultProviders")).get("accessLogging"):
        return
    lacking = Missing("default provider", "accessLogging", ConfigMap.KINDS, mesh.settings.istio_namespace)
    for telemetry in mesh.all(Telemetry):
        parent = logging_parents(mesh).get(telemetry.id)
        for i, entry in numbered(telemetry.spec.get("accessLogging")):
            if entry.get("disabled") is True or entry.get("providers"):
                continue
            if parent is not None:
                yield Claim(
                    telemetry,
                    ("spec", "accessLogging", i),
                    "This entry names no provider for access logs: it has an effect only through those of"
                    f" {parent.id}.",
                    fix="Name a provider here if it is to hold whatever becomes of the other one.",
                    related=(Also(parent, ("spec", "accessLogging"), "names the providers"),),
                    severity=Severity.INFO,
                )
            else:
                yield Claim(
                    telemetry,
                    ("spec", "accessLogging", i),
                    "This entry names no provider for access logs, and a default provider in the MeshConfig "
                    f"{'does not exist' if config.known else ABSENT}: it has no effect.",
                    fix="Name a provider, `providers: [{name: envoy}]`, or set defaultProviders.accessLogging.",
                    absent=None if config.known else lacking,
                )
