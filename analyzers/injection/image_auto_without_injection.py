"""A template leaves the image of its proxy to the injector, and no injection takes place.

Why: `image: auto` is a placeholder that the injector replaces. Where it is not asked, the kubelet looks for an image
called `auto` and the pods stay in ImagePullBackOff.

Example:
    kind: Deployment
    spec:
      template:
        metadata:
          annotations: {inject.istio.io/templates: gateway}   # and no label sidecar.istio.io/inject
        spec:
          containers:
          - name: istio-proxy
            image: auto

Fix: give the pod template the label `sidecar.istio.io/inject: "true"`, or its namespace `istio-injection=enabled`.

Silent when: a webhook is called for the pods of the template and the injector accepts them; or the webhook that is for
them says no rules, as in a manifest that is not complete. It is an info where injection depends on a Namespace that is
not in the input, and where all is given (`--complete`) but no webhook. A native sidecar is MSH400.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    ABSENT,
    Claim,
    ConfigMap,
    MeshGraph,
    Missing,
    MutatingWebhookConfiguration,
    Namespace,
    Severity,
    Workload,
    analyzer,
    automatic_image,
    injection,
    injection_webhooks,
)


@analyzer(
    "IST0146",
    "image-auto-without-injection",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
    absent=(Namespace,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload in mesh.all(Workload):
        proxy = automatic_image(workload)
        if workload.is_pod or proxy is None or proxy.init:
            continue
        decision = injection(mesh).decide(workload)
        if decision.injected:
            if workload.id.kind == "Deployment" and injection_webhooks(mesh).only_assumed(workload.cluster):
                yield Claim(
                    workload,
                    (*proxy.path, "image"),
                    f"Only the injector replaces the image `auto` of {workload.id}. Its labels ask for injection, but"
                    " no webhook that answers is in the input.",
                    fix="Nothing, if Istio's webhooks are installed where this is applied.",
                    severity=Severity.INFO,
                )
            continue
        if injection(mesh).selected_without_rules(workload):
            continue
        unknown = decision.depends_on_place
        why = f"Namespace {workload.namespace} {ABSENT}, so nothing asks for injection." if unknown else decision.reason
        yield Claim(
            workload,
            (*proxy.path, "image"),
            f"Only the injector replaces the image `auto` of {workload.id}, and it does not inject here: the pods stay "
            f"in ImagePullBackOff. {why}",
            fix='Give the pod template the label sidecar.istio.io/inject: "true", or label its namespace.',
            absent=Missing("Namespace", workload.namespace, Namespace.KINDS, workload.namespace) if unknown else None,
        )
