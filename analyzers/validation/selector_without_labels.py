"""A selector is there and has no labels.

Why: it selects everything in the namespace, in the root namespace everything in the mesh, as if it were not there. Who
reads it expects a choice.

Example:
    spec:
      selector: {}
      mtls: {mode: DISABLE}

Fix: add the labels of the workloads that are meant, or remove the selector to say openly that all are.

Silent when: the selector has a label, or is not there or null.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    AuthorizationPolicy,
    Claim,
    DestinationRule,
    EnvoyFilter,
    MeshGraph,
    PeerAuthentication,
    ProxyConfig,
    RequestAuthentication,
    ServiceEntry,
    Severity,
    Sidecar,
    Telemetry,
    TrafficExtension,
    View,
    WasmPlugin,
    analyzer,
)

_SELECTORS: dict[type[View], tuple[str, str]] = {
    AuthorizationPolicy: ("selector", "matchLabels"),
    DestinationRule: ("workloadSelector", "matchLabels"),
    EnvoyFilter: ("workloadSelector", "labels"),
    PeerAuthentication: ("selector", "matchLabels"),
    ProxyConfig: ("selector", "matchLabels"),
    RequestAuthentication: ("selector", "matchLabels"),
    ServiceEntry: ("workloadSelector", "labels"),
    Sidecar: ("workloadSelector", "labels"),
    Telemetry: ("selector", "matchLabels"),
    TrafficExtension: ("selector", "matchLabels"),
    WasmPlugin: ("selector", "matchLabels"),
}


@analyzer("IST0133", "selector-without-labels", Severity.WARNING, reads=tuple(_SELECTORS))
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for kind, (field, labels) in _SELECTORS.items():
        for view in mesh.all(kind):
            selector = view.spec.get(field)
            if isinstance(selector, dict) and not selector.get(labels):
                yield Claim(
                    view,
                    ("spec", field),
                    f"The selector has no labels, so this {view.id.kind} is for every workload of its namespace.",
                    fix=f"Add {labels}, or remove the selector.",
                )
