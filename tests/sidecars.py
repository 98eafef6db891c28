"""Objects of a small mesh whose sidecars run and are measured."""

from typing import Any

Object = dict[str, Any]

MI = 1024**2


def namespace(name: str, injected: bool = True) -> Object:
    labels = {"istio-injection": "enabled"} if injected else {}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def deployment(name: str, place: str = "shop", replicas: int = 1, **requests: str) -> Object:
    """With the requests of the application; its sidecar gets Istio's defaults."""
    container = {"name": "app", "image": "app", "resources": {"requests": requests}}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": place}, "spec": spec}


def pod(
    name: str,
    of: str,
    place: str = "shop",
    *,
    proxy: Object | None = None,
    status: Object | None = None,
    **requests: str,
) -> Object:
    """One of a deployment; `proxy` are the resources of its sidecar, empty for the usual, None for no sidecar."""
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{of}-5d4f", "uid": "1", "controller": True}
    usual = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "2", "memory": "256Mi"}}
    containers = [{"name": "app", "image": "app", "resources": {"requests": requests}}]
    if proxy is not None:
        containers.append({"name": "istio-proxy", "image": "proxyv2", "resources": proxy or usual})
    labels = {"app": of, "pod-template-hash": "5d4f"}
    metadata = {"name": name, "namespace": place, "labels": labels, "ownerReferences": [owner]}
    status = {"phase": "Running", **(status or {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": containers},
        "status": status,
    }


def metrics(name: str, place: str = "shop", **containers: tuple[str, str]) -> Object:
    """CPU and memory by container, `proxy` for the sidecar."""
    uses = [
        {"name": "istio-proxy" if container == "proxy" else container, "usage": {"cpu": cpu, "memory": memory}}
        for container, (cpu, memory) in containers.items()
    ]
    return {
        "apiVersion": "metrics.k8s.io/v1beta1",
        "kind": "PodMetrics",
        "metadata": {"name": name, "namespace": place},
        "timestamp": "2026-08-20T10:00:00Z",
        "window": "15s",
        "containers": uses,
    }


def mesh() -> list[Object]:
    """Two namespaces with sidecars, one workload without; odd amounts, one pod of which nothing is known."""
    app = {"cpu": "300m", "memory": "64Mi"}
    small = {"requests": {"cpu": "250m", "memory": "300Mi"}, "limits": {"cpu": "2", "memory": "1Gi"}}
    return [
        namespace("shop"),
        namespace("bank"),
        namespace("plain", injected=False),
        deployment("cart", replicas=3, **app),
        deployment("web", **app),
        deployment("ledger", "bank", **app),
        deployment("batch", "plain", **app),
        pod("cart-a", "cart", proxy={}, **app),
        pod("cart-b", "cart", proxy={}, **app),
        pod("cart-c", "cart", proxy={}, **app),
        pod("web-a", "web", proxy=small, **app),
        pod("ledger-a", "ledger", "bank", proxy={}, **app),
        pod("batch-a", "batch", "plain", **app),
        metrics("cart-a", proxy=("3456789n", "61234Ki"), app=("30m", "90Mi")),
        metrics("cart-b", proxy=("12400u", "70000Ki"), app=("30m", "90Mi")),
        metrics("web-a", proxy=("1", "104857601"), app=("1500m", "90Mi")),
        metrics("ledger-a", "bank", proxy=("20m", "240Mi"), app=("30m", "90Mi")),
        metrics("batch-a", "plain", app=("100m", "100Mi")),
    ]
