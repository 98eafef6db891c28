"""Pods run another proxy image than their injector gives to new ones.

Why: after an upgrade of the control plane a pod keeps its old proxy until it is made anew. Old proxies miss security
fixes, and more than two minor versions apart they are not supported at all.

Example:
    kind: Pod
    spec:
      containers:
      - name: istio-proxy
        image: registry.istio.io/release/proxyv2:1.23.0   # the injector gives 1.25.1

Fix: restart the workloads of the namespace.

Silent when: no injector ConfigMap of the revision is in the input; the pod chooses its image by the annotation
sidecar.istio.io/proxyImage, or a variant such as distroless by any of the ways Istio knows; the pod has ended or is not
to be injected.
"""

from collections.abc import Iterator

from meshctl.analysis.api import (
    MOST,
    Also,
    Claim,
    ConfigMap,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Pod,
    ProxyConfig,
    Severity,
    analyzer,
    enumerated,
    injected_image,
)


@analyzer(
    "IST0158",
    "proxy-image-mismatch",
    Severity.WARNING,
    reads=(Pod, Namespace, ConfigMap, ProxyConfig, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    differing: dict[str, list[tuple[Pod, str]]] = {}
    for pod in mesh.all(Pod):
        if pod.proxy is None or pod.proxy.image in ("", "auto") or pod.has_ended:
            continue
        wanted = injected_image(mesh, pod)
        if wanted and pod.proxy.image not in wanted:
            differing.setdefault(pod.namespace, []).append((pod, wanted[-1]))
    for namespace in mesh.all(Namespace):
        found = sorted(differing.get(namespace.name, ()), key=lambda each: each[0].name)
        if not found:
            continue
        wanted_images = " or ".join(sorted({wanted for _, wanted in found}))
        names = enumerated((pod.name for pod, _ in found), len(found))
        yield Claim(
            namespace,
            ("metadata", "name"),
            f"Pods of namespace {namespace.name} run another proxy image than {wanted_images}, which "
            f"the injector gives: {names}.",
            fix="Restart their workloads, so that the pods get the image of the control plane.",
            related=tuple(
                Also(pod, (*pod.proxy.path, "image"), f"runs {pod.proxy.image}") for pod, _ in found[:MOST] if pod.proxy
            ),
        )
