"""The annotation linkerd.io/inject has a value that Linkerd does not understand.

Why: only `enabled`, `ingress` and `disabled` are values. On a pod another one means no proxy; on a namespace it
switches injection off for all of its pods, also for those that say `enabled` themselves.

Example:
    kind: Namespace
    metadata:
      name: shop
      annotations:
        linkerd.io/inject: "true"   # enabled

Fix: write `enabled`, `ingress` or `disabled`.

Silent when: the annotation is empty, which is the same as none.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
)
from meshctl.analysis.api.linkerd import INJECT, VALUES, asked_workloads

_YES = frozenset({"true", "yes", "on", "1", "enable", "enabled"})
_NO = frozenset({"false", "no", "off", "0", "disable", "disabled"})


@analyzer(
    "LKD101",
    "linkerd-inject-value-not-understood",
    Severity.ERROR,
    reads=(Namespace, Workload, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for namespace in mesh.all(Namespace):
        value = namespace.annotations.get(INJECT)
        if value and value not in VALUES:
            yield Claim(
                namespace,
                ("metadata", "annotations", INJECT),
                f"Linkerd does not understand {INJECT}: {value}, so no pod of namespace {namespace.name} is injected,"
                " whatever it says itself.",
                fix=_fix(value),
            )
    for workload, _ in asked_workloads(mesh):
        value = workload.pod_annotations.get(INJECT)
        if value and value not in VALUES:
            yield Claim(
                workload,
                workload.pod_field("metadata", "annotations", INJECT),
                f"Linkerd does not understand {INJECT}: {value}, so these pods get no proxy.",
                fix=_fix(value),
            )


def _fix(value: str) -> str:
    said = value.strip().lower()
    meant = "enabled" if said in _YES else "disabled" if said in _NO else "ingress" if said == "ingress" else ""
    return f"Write {meant}." if meant else "Write enabled, ingress or disabled."
