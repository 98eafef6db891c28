"""Live clusters of tests: what is in them, and how they are read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from meshctl.model.ids import KindKey
from meshctl.sources.cluster.clusters import read_clusters
from meshctl.sources.cluster.kubeconfig import contexts
from meshctl.sources.cluster.request import Request
from meshctl.sources.snapshot import Coverage, Snapshot
from tests.apiserver import ADMIN, ApiServer

POD, SERVICE, SECRET = KindKey("", "Pod"), KindKey("", "Service"), KindKey("", "Secret")
NAMESPACE, NODE = KindKey("", "Namespace"), KindKey("", "Node")
CONFIG_MAP = KindKey("", "ConfigMap")
VIRTUAL_SERVICE = KindKey("networking.istio.io", "VirtualService")
HTTP_ROUTE = KindKey("gateway.networking.k8s.io", "HTTPRoute")

Start = Callable[..., ApiServer]


def thing(kind: str, name: str, namespace: str = "shop", version: str = "v1", **more: Any) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace else {}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **place}, **more}


def pods(count: int, namespace: str = "shop") -> list[dict[str, Any]]:
    return [thing("Pod", f"web-{i:04}", namespace, spec={"containers": [{"name": "app"}]}) for i in range(count)]


SHOP = [
    thing("Namespace", "shop", ""),
    thing("Service", "web", spec={"ports": [{"port": 80}]}),
    thing("VirtualService", "web", version="networking.istio.io/v1", spec={"hosts": ["web"]}),
]


def read(
    tmp_path: Path, *servers: ApiServer, kinds: set[KindKey], timeout: float = 20, user: str = ADMIN.name, **more: Any
) -> Snapshot:
    for server in servers:
        server.kubeconfig(tmp_path / "config", user=user)
    names = [server.name for server in servers]  # none: the current one
    request = Request(frozenset(kinds), **more)
    return read_clusters(contexts(str(tmp_path / "config"), names), request, timeout=timeout)


def ids(snapshot: Snapshot) -> list[str]:
    return [str(resource.id) for resource in snapshot.resources]


def coverage(snapshot: Snapshot, cluster: str = "") -> Coverage:
    return snapshot.coverage[cluster]


def listed(server: ApiServer) -> set[str]:
    return {request.path for request in server.requests if request.verb == "list"}
