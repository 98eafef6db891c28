"""A new pod as the API server and the injector see it."""

from collections.abc import Mapping

from msgspec import Struct

NAMESPACE_NAME = "kubernetes.io/metadata.name"


class PodRequest(Struct, frozen=True):
    """All that decides whether a pod gets a sidecar.

    `namespace` are the labels of the namespace, among them its name, which the API server adds; `place_known` says
    that they were read. `annotation` is that of `sidecar.istio.io/inject`.
    """

    cluster: str
    namespace: Mapping[str, str]
    place_known: bool
    labels: Mapping[str, str]
    annotation: str | None = None
    host_network: bool = False

    @property
    def place(self) -> str:
        """Name of the namespace."""
        return self.namespace[NAMESPACE_NAME]
