"""Objects for the tests of the test API server."""

from collections.abc import Iterator
from typing import Any


def pod(name: str, namespace: str = "ns-0", **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    spec = {"containers": [{"name": "app", "image": "app:1"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def virtual_service(name: str, namespace: str = "ns-0") -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace}
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": metadata,
        "spec": {"hosts": [name]},
    }


def mesh(pods: int = 4) -> Iterator[dict[str, Any]]:
    """Namespaces ns-0 and ns-1 with as many pods each, and a VirtualService each."""
    for namespace in ("ns-0", "ns-1"):
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        yield from (pod(f"app-{number}", namespace, app="web") for number in range(pods))
        yield virtual_service("routes", namespace)
