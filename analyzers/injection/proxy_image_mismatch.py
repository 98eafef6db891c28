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

Only an info where the pods have ended, or leave the image to the injector.

Silent when: no injector ConfigMap of the revision is in the input; the pod chooses its image by the annotation
sidecar.istio.io/proxyImage, or a variant such as distroless by any of the ways Istio knows; it is not to be injected.
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
        if pod.proxy is None:
            continue
        wanted = injected_image(mesh, pod)
        if wanted and pod.proxy.image not in wanted:
            differing.setdefault(pod.namespace, []).append((pod, wanted[-1]))
    for namespace in mesh.all(Namespace):
        if found := sorted(differing.get(namespace.name, ()), key=lambda each: each[0].name):
            running = [each for each in found if not _is_of_no_account(each[0])]
            yield _claim(namespace, running) if running else _note(namespace, found)


def _is_of_no_account(pod: Pod) -> bool:
    return pod.has_ended or pod.proxy is None or pod.proxy.image in ("", "auto")


def _claim(namespace: Namespace, found: list[tuple[Pod, str]]) -> Claim:
    names = enumerated((pod.name for pod, _ in found), len(found))
    return Claim(
        namespace,
        ("metadata", "name"),
        f"Pods of namespace {namespace.name} run another proxy image than {_images(found)}, which the injector gives: "
        f"{names}.",
        fix="Restart their workloads, so that the pods get the image of the control plane.",
        related=tuple(
            Also(pod, (*pod.proxy.path, "image"), f"runs {pod.proxy.image}") for pod, _ in found[:MOST] if pod.proxy
        ),
    )


def _note(namespace: Namespace, found: list[tuple[Pod, str]]) -> Claim:
    names = enumerated((pod.name for pod, _ in found), len(found))
    return Claim(
        namespace,
        ("metadata", "name"),
        f"Pods of namespace {namespace.name} do not have {_images(found)}, which the injector gives: {names}. They "
        "have ended, or still leave the image to the injector.",
        fix="Nothing; see IST0146 and IST0147 for what leaves its image to the injector and is not injected.",
        severity=Severity.INFO,
    )


def _images(found: list[tuple[Pod, str]]) -> str:
    return " or ".join(sorted({wanted for _, wanted in found}))
