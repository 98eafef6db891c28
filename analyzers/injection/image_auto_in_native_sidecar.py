"""A native sidecar has the placeholder `auto` as its image, and nothing replaces it.

Why: the injector replaces `image: auto` when a pod is created, also in an init container that is a native sidecar.
Where it is not asked, the kubelet looks for an image called `auto`, and the pod stays in Init:ImagePullBackOff.

Example:
    kind: Deployment
    spec:
      template:
        spec:
          initContainers:
          - {name: istio-proxy, image: auto, restartPolicy: Always}   # and nothing asks for injection

Fix: give the pod template the label `sidecar.istio.io/inject: "true"`, or its namespace `istio-injection=enabled`.

Silent when: a webhook is called for the pods and the injector accepts them; or the webhook that is for them says no
rules. In a container that is none of the init containers it is IST0146 or IST0147.
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
)


@analyzer(
    "MSH400",
    "image-auto-in-native-sidecar",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
    absent=(Namespace,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for workload in mesh.all(Workload):
        proxy = automatic_image(workload)
        if proxy is None or not proxy.init:
            continue
        decision = injection(mesh).decide(workload)
        if (decision.injected and not workload.is_created) or injection(mesh).selected_without_rules(workload):
            continue
        unknown = decision.depends_on_place and not workload.is_created
        why = f" Namespace {workload.namespace} {ABSENT}, so nothing asks for injection." if unknown else ""
        if not (decision.injected or unknown):
            why = f" {decision.reason}"
        yield Claim(
            workload,
            (*proxy.path, "image"),
            f"Only the injector replaces the image `auto` of {workload.id}, and it does not inject here: pods stay in "
            f"Init:ImagePullBackOff.{why}",
            fix='Give the pods the label sidecar.istio.io/inject: "true", or label their namespace.',
            absent=Missing("Namespace", workload.namespace, Namespace.KINDS, workload.namespace) if unknown else None,
        )
