"""A label that decides about injection is on an object where no webhook looks at it.

Why: the webhooks look at sidecar.istio.io/inject of the pod and at istio-injection of its namespace. A label of the
Deployment itself reaches neither, so the pods get a sidecar, or none, as if it were not there.

Example:
    kind: Deployment
    metadata:
      labels: {sidecar.istio.io/inject: "false"}   # belongs to spec.template.metadata.labels

Fix: move `sidecar.istio.io/inject` to the labels of the pod template, and `istio-injection` to those of the namespace.

Silent when: the pod template has the label too, or its pods are treated as the label wants anyway.
"""

from collections.abc import Iterator, Mapping

from meshctl.analysis.api import (
    INJECT,
    INJECTION,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Path,
    Severity,
    Workload,
    analyzer,
    injection,
    owner,
)

WISHES = {"true": True, "enabled": True, "false": False, "disabled": False}


@analyzer(
    "MSH111",
    "injection-label-on-wrong-object",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload in mesh.all(Workload):
        if INJECT in workload.pod_labels or owner(mesh, workload) is not None:
            continue
        for key, carried, path in misplaced(workload):
            wish = WISHES.get(carried[key])
            if wish is None:
                continue
            decision = injection(mesh).decide(workload)
            if decision.injected == wish and not decision.depends_on_place:
                continue
            where = f"namespace {workload.namespace}" if key == INJECTION else "the pod template"
            yield Claim(
                workload,
                (*path, key),
                f"No webhook looks at label {key}={carried[key]} here in {workload.id}: it has no effect.",
                fix=f"Put it into the labels of {where}"
                + (f', or {INJECT}: "{str(wish).lower()}" into those of the pod.' if key == INJECTION else "."),
                on_key=True,
            )


def misplaced(workload: Workload) -> Iterator[tuple[str, Mapping[str, str], Path]]:
    """Labels that are looked at elsewhere only: (key, labels it is among, path of those)."""
    own = ("metadata", "labels")
    yield from ((key, workload.labels, own) for key in (INJECT, INJECTION) if key in workload.labels)
    if not workload.is_pod and INJECTION in workload.pod_labels:
        yield INJECTION, workload.pod_labels, workload.pod_field("metadata", "labels")
