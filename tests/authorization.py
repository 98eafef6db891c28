"""Meshes with AuthorizationPolicies, in few words."""

from typing import Any

import yaml

from meshctl.graph.authorization.decision import Decision, decide
from meshctl.graph.authorization.request import Request
from meshctl.graph.kinds.workload import Deployment
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Snapshot

GROUPS = {
    "AuthorizationPolicy": "security.istio.io",
    "RequestAuthentication": "security.istio.io",
    "Deployment": "apps",
    "Gateway": "gateway.networking.k8s.io",
    "ServiceEntry": "networking.istio.io",
    "WorkloadEntry": "networking.istio.io",
}
FRONT = "cluster.local/ns/shop/sa/front"


def resource(kind: str, name: str, spec: Any, **metadata: Any) -> Resource:
    """`name` is `namespace/name`; a spec may be YAML."""
    namespace, _, short = name.rpartition("/")
    data = {"metadata": {"name": short, "namespace": namespace, **metadata}}
    data["spec"] = yaml.safe_load(spec) if isinstance(spec, str) else spec
    return Resource(ResourceId("", GROUPS.get(kind, ""), kind, namespace, short), "v1", data)


def policy(spec: str, name: str = "shop/policy", **metadata: Any) -> Resource:
    """An AuthorizationPolicy."""
    return resource("AuthorizationPolicy", name, spec, **metadata)


def workload(name: str = "shop/web", labels: dict[str, str] | None = None, **pod: Any) -> Resource:
    """A Deployment with the label `app`, and more."""
    carried = {"app": name.rpartition("/")[2], **(labels or {})}
    return resource("Deployment", name, {"template": {"metadata": {"labels": carried}, "spec": pod}})


def mesh_of(
    *resources: Resource, labels: dict[str, str] | None = None, config: dict[str, Any] | None = None
) -> MeshGraph:
    """A mesh with a namespace `shop`, injected unless its labels say otherwise, and a Deployment `web` in it."""
    place = resource("Namespace", "shop", {}, labels={"istio-injection": "enabled"} if labels is None else labels)
    return MeshGraph(Snapshot((place, workload(), *resources)), Settings(mesh_config=config))


def decided(mesh: MeshGraph, **request: Any) -> Decision:
    """What is decided about a request to the Deployment `web`."""
    called = mesh.get(Deployment, "shop", "web")
    assert called is not None
    return decide(mesh, called, Request(**request))
