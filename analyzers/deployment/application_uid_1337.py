"""A container of the application runs as user 1337, which is the proxy's.

Why: redirection into the proxy leaves out what user 1337 sends, so that the proxy does not send to itself. The traffic
of such a container therefore goes around the proxy: without mTLS, without policies, without metrics.

Example:
    kind: Pod
    metadata: {name: web}
    spec:
      containers:
      - name: web
        image: web:1
        securityContext: {runAsUser: 1337}

Fix: run the container as any other user.

Silent when: every container of the application overrides what the pod says; it is an init container that ends before
the application starts, for which 1337 is the known way to reach the network; the workload is part of Istio, or the
input is about another mesh alone. Where
the pods get no proxy, or nobody knows, it is only an info.
"""

from collections.abc import Iterator, Mapping

from meshctl.analysis.api import (
    ISTIO_CONTAINERS,
    Claim,
    ConfigMap,
    Container,
    MeshGraph,
    MutatingWebhookConfiguration,
    Namespace,
    Path,
    Severity,
    Workload,
    analyzer,
    gets_proxy,
    mapping,
    only_others,
    owner,
)

PROXY_UID = 1337
_OF_ISTIO = ISTIO_CONTAINERS | {"istio-operator"}


@analyzer(
    "IST0144",
    "application-uid-1337",
    Severity.WARNING,
    reads=(Workload, Namespace, ConfigMap, MutatingWebhookConfiguration),
)
def check(mesh: MeshGraph) -> Iterator[Claim]:
    if only_others(mesh):
        return
    for workload in mesh.all(Workload):
        if not _states_user(workload):
            continue
        found: dict[Path, list[str]] = {}
        for container, path in _as_proxy(workload):
            found.setdefault(path, []).append(container.name)
        if not found or _is_istios(workload.labels) or owner(mesh, workload) is not None:
            continue
        # Gateways of older charts run as this user themselves, and say who they are in their template alone.
        injected = gets_proxy(mesh, workload) and not _is_istios(workload.pod_labels)
        for path, names in found.items():
            harm = "its traffic goes around the proxy" if injected else "with a proxy its traffic would go around it"
            yield Claim(
                workload,
                path,
                f"Container {', '.join(names)} runs as user {PROXY_UID}, which is the proxy's: {harm}.",
                fix="Run it as another user.",
                severity=None if injected else Severity.INFO,
            )


def _states_user(workload: Workload) -> bool:
    if "securityContext" in workload.pod_spec:
        return True
    return any("securityContext" in container.fields for container in workload.containers)


def _as_proxy(workload: Workload) -> Iterator[tuple[Container, Path]]:
    """The lasting containers of the application that run as the proxy's user, with the field that makes them do so."""
    of_pod = mapping(workload.pod_spec.get("securityContext")).get("runAsUser")
    for container in workload.containers:
        if container.name in _OF_ISTIO or (container.init and not container.native):
            continue
        own = mapping(container.fields.get("securityContext")).get("runAsUser")
        if own == PROXY_UID:
            yield container, (*container.path, "securityContext", "runAsUser")
        elif own is None and of_pod == PROXY_UID:
            yield container, workload.pod_field("spec", "securityContext", "runAsUser")


def _is_istios(labels: Mapping[str, str]) -> bool:
    return "istio" in labels or labels.get("release") == "istio"
