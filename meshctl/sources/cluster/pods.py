"""Pods of a live cluster: thousands of large objects, of which a mesh needs few fields.

The rest (volumes, mounts, tolerations, image digests) is skipped while parsing. A check that looks at another field of
live pods adds it here; a test holds live reads against files.
"""

from typing import Any, TypedDict, cast

import msgspec

from meshctl.sources.cluster.listing import Page, PageMeta, parse_page


class _Metadata(TypedDict, total=False):
    name: str
    namespace: str
    generateName: Any
    uid: Any
    labels: Any
    annotations: Any
    ownerReferences: Any
    creationTimestamp: Any
    deletionTimestamp: Any


class _Container(TypedDict, total=False):
    name: Any
    image: Any
    command: Any
    args: Any
    env: msgspec.Raw
    envFrom: Any
    ports: Any
    resources: Any
    lifecycle: Any
    readinessProbe: Any
    livenessProbe: Any
    startupProbe: Any
    restartPolicy: Any
    securityContext: Any


class _Spec(TypedDict, total=False):
    containers: list[_Container]
    initContainers: list[_Container]
    automountServiceAccountToken: Any
    hostNetwork: Any
    nodeName: Any
    nodeSelector: Any
    restartPolicy: Any
    securityContext: Any
    serviceAccountName: Any
    terminationGracePeriodSeconds: Any
    priorityClassName: Any
    readinessGates: Any


class _Condition(TypedDict, total=False):
    type: Any
    status: Any
    reason: Any
    message: Any
    lastTransitionTime: Any


class _ContainerStatus(TypedDict, total=False):
    name: Any
    image: Any
    ready: Any
    started: Any
    restartCount: Any
    state: Any
    lastState: Any


class _Status(TypedDict, total=False):
    phase: Any
    reason: Any
    podIP: Any
    podIPs: Any
    hostIP: Any
    startTime: Any
    conditions: list[_Condition]
    containerStatuses: list[_ContainerStatus]
    initContainerStatuses: list[_ContainerStatus]


class _Pod(TypedDict, total=False):
    metadata: _Metadata
    spec: _Spec
    status: _Status


class _PodPage(msgspec.Struct):
    items: list[_Pod]
    metadata: PageMeta = msgspec.field(default_factory=PageMeta)


class PodParser:
    """Parses pages of pods. Environments, the same in all pods of a workload but for few, are kept once."""

    def __init__(self) -> None:
        self._pages = msgspec.json.Decoder(_PodPage)
        self._environments: dict[bytes, Any] = {}

    def decode(self, body: bytes) -> Page:
        """A page. Raises msgspec.DecodeError."""
        try:
            page = self._pages.decode(body)
        except msgspec.ValidationError:
            # Whatever serves pods like these, they are read as they are.
            return parse_page(body)
        for pod in page.items:
            spec = pod.get("spec", {})
            for container in (*spec.get("containers", ()), *spec.get("initContainers", ())):
                if "env" in container:
                    container["env"] = self._environment(bytes(container["env"]))
        return Page(cast("list[dict[str, Any]]", page.items), page.metadata)

    def _environment(self, written: bytes) -> Any:
        found = self._environments.get(written)
        if found is None:
            found = self._environments[written] = msgspec.json.decode(written)
        return found
