"""A pod has the placeholder `auto` as the image of its proxy, and nothing replaces it any more.

Why: the injector replaces `image: auto` when a pod is created. A pod that still has it was not injected and never will
be: the kubelet looks for an image called `auto`, and the pod stays in ImagePullBackOff.

Example:
    kind: Pod
    spec:
      containers:
      - name: istio-proxy
        image: auto

Fix: ask for injection by a label of the pod or its namespace, then create the pod anew.

Silent when: the pod is still only a manifest, and is injected once it is applied; where the input is all there is, that
is an info. So it is where injection depends on a Namespace that is not in the input. A native sidecar is MSH400.
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
    Pod,
    Severity,
    Workload,
    analyzer,
    automatic_image,
    injection,
    pods_were_read,
    restart_advice,
)


@analyzer(
    "IST0147",
    "image-auto-in-pod",
    Severity.ERROR,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
    absent=(Namespace,),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    for pod in mesh.all(Pod):
        proxy = automatic_image(pod)
        if proxy is None or proxy.init:
            continue
        decision = injection(mesh).decide(pod)
        if decision.injected and not pod.is_created:
            if pods_were_read(mesh, pod.namespace):
                yield Claim(
                    pod,
                    (*proxy.path, "image"),
                    f"Pod {pod.full_name} still has the image `auto`, which the injector replaces when it is created.",
                    fix="If the pod exists already, " + restart_advice(mesh, pod),
                    severity=Severity.INFO,
                )
            continue
        unknown = decision.depends_on_place and not pod.is_created
        place = f" Namespace {pod.namespace} {ABSENT}, so nothing asks for injection." if unknown else ""
        yield Claim(
            pod,
            (*proxy.path, "image"),
            f"The image `auto` of Pod {pod.full_name} was to be replaced by the injector and is not: the pod stays in "
            f"ImagePullBackOff.{place}" + ("" if decision.injected or unknown else f" {decision.reason}"),
            fix=restart_advice(mesh, pod)
            if decision.injected
            else 'Give the pod the label sidecar.istio.io/inject: "true", or enable injection for its namespace.',
            absent=Missing("Namespace", pod.namespace, Namespace.KINDS, pod.namespace) if unknown else None,
        )
