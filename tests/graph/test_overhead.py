"""What a workload's proxy is given, from whichever place says it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.overhead import ProxyCost, proxied_workloads, proxy_cost, proxy_costs
from meshctl.graph.quantities import memory_bytes
from meshctl.graph.settings import Settings
from meshctl.sources.files import read_files

INSTALL = Path(__file__).parents[2].parent / "shared" / "istio-install"
ENABLED = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
"""
INJECTOR = """
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector%s, namespace: istio-system, labels: {istio.io/rev: %s}}
data:
  values: |
    {"global": {"proxy": {"resources": {"requests": {"cpu": "%s"}, "limits": {"memory": "1Gi"}}}},
     "pilot": {"cni": {"enabled": %s}, "env": {"ENABLE_NATIVE_SIDECARS": %s}}}
"""
CART = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 3
  template:
    metadata:
      labels: {app: cart%s}
      annotations: {%s}
    spec:
      containers:
      - {name: cart, image: cart, resources: {requests: {cpu: 300m, memory: 64Mi}}}
%s"""
POD = """
apiVersion: v1
kind: Pod
metadata:
  name: cart-5d4f-%s
  namespace: shop
  labels: {pod-template-hash: 5d4f}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-5d4f, uid: a, controller: true}]
spec:
  containers:
  - {name: cart, image: cart}
%s
status: {phase: %s}
"""
PROXY = "  - {name: istio-proxy, image: proxyv2, resources: {requests: {cpu: 10m, memory: 40Mi}}}"


def mesh_of(*documents: str, settings: Settings | None = None) -> MeshGraph:
    text = "\n---\n".join(documents).encode()
    return MeshGraph(read_files(["-"], stdin=BytesIO(text)), settings)


def cost_of(mesh: MeshGraph, name: str = "cart") -> ProxyCost | None:
    return proxy_cost(mesh, next(w for w in mesh.all(Workload) if w.name == name))


def cart(labels: str = "", annotations: str = "", more: str = "") -> str:
    return CART % (labels, annotations, more)


def known(cost: ProxyCost | None) -> ProxyCost:
    assert cost is not None
    return cost


def test_without_an_installation_istios_defaults_are_assumed_and_said() -> None:
    cost = known(cost_of(mesh_of(ENABLED, cart())))
    assert (cost.cpu_request, cost.memory_request) == (100, memory_bytes("128Mi"))
    assert (cost.cpu_limit, cost.memory_limit) == (2000, memory_bytes("1Gi"))
    assert (cost.source, cost.native, cost.init) == ("assumed defaults", None, None)
    assert (cost.pods, cost.counted) == (3, "replicas")


def test_the_installation_of_the_revision_decides() -> None:
    canary = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio.io/rev: canary}}\n"
    both = INJECTOR % ("", "default", "1", "true", "true"), INJECTOR % ("-canary", "canary", "50m", "false", "false")
    cost = known(cost_of(mesh_of(canary, cart(), *both)))
    assert (cost.cpu_request, cost.source, cost.native, cost.init) == (50, "installation", False, "istio-init")
    cost = known(cost_of(mesh_of(ENABLED, cart(), *both)))
    assert (cost.cpu_request, cost.native, cost.init) == (1000, True, "cni")
    cost = known(cost_of(mesh_of(ENABLED, cart(), *both, settings=Settings(revision="canary"))))
    assert cost.cpu_request == 50


def test_the_only_installation_stands_for_a_tag() -> None:
    tagged = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio.io/rev: prod-stable}}\n"
    cost = known(cost_of(mesh_of(tagged, cart(), INJECTOR % ("-v2", "v2", "70m", "false", "null"))))
    assert (cost.cpu_request, cost.native) == (70, None)


def test_a_request_that_is_left_out_is_the_limit() -> None:
    cost = known(cost_of(mesh_of(ENABLED, cart(), INJECTOR % ("", "default", "1", "true", "true"))))
    assert (cost.memory_request, cost.cpu_limit) == (memory_bytes("1Gi"), None)


def test_one_annotation_drops_all_of_the_installation() -> None:
    annotated = cart(annotations="sidecar.istio.io/proxyCPU: 250m")
    cost = known(cost_of(mesh_of(ENABLED, annotated, INJECTOR % ("", "default", "1", "true", "true"))))
    assert (cost.cpu_request, cost.memory_request, cost.cpu_limit, cost.memory_limit) == (250, None, None, None)
    assert cost.source == "annotations"


def test_a_container_of_its_own_changes_only_what_it_says() -> None:
    own = "      - {name: istio-proxy, image: auto, resources: {requests: {cpu: 20m}}}\n"
    cost = known(cost_of(mesh_of(ENABLED, cart(more=own))))
    assert (cost.cpu_request, cost.memory_request, cost.source) == (20, memory_bytes("128Mi"), "container")


def test_an_injected_container_counts_alone() -> None:
    cost = known(cost_of(mesh_of(cart(annotations="sidecar.istio.io/proxyCPU: 1", more=f"    {PROXY}\n"))))
    assert (cost.cpu_request, cost.cpu_limit, cost.source, cost.native) == (10, None, "container", False)


@pytest.mark.parametrize(
    "mesh",
    [
        lambda: mesh_of(cart()),
        lambda: mesh_of(ENABLED.replace("enabled", "disabled"), cart()),
        lambda: mesh_of(ENABLED, cart(labels=', sidecar.istio.io/inject: "false"')),
        lambda: mesh_of(ENABLED, cart(annotations='sidecar.istio.io/inject: "false"')),
        lambda: mesh_of(ENABLED, cart(more="      hostNetwork: true\n")),
        lambda: mesh_of(ENABLED, cart().replace("name: cart, image", "name: istio-proxy, image")),
    ],
    ids=["namespace-unknown", "disabled", "label", "annotation", "host-network", "gateway"],
)
def test_no_sidecar_no_cost(mesh: Callable[[], MeshGraph]) -> None:
    assert cost_of(mesh()) is None
    assert proxied_workloads(mesh()) == ()


def test_running_pods_tell_and_are_not_counted_beside_their_deployment() -> None:
    pods = [POD % ("a", PROXY, "Running"), POD % ("b", PROXY, "Running"), POD % ("c", "", "Running")]
    mesh = mesh_of(ENABLED, cart(), *pods, POD % ("d", PROXY, "Failed"))
    (found,) = proxied_workloads(mesh)
    assert found.workload.name == "cart"
    assert [c.workload.name for c in proxy_costs(mesh, found)] == ["cart-5d4f-a", "cart-5d4f-b"]
    # What the next pod gets is from the template; that the proxy is classic was seen.
    assert found.template and (found.template.cpu_request, found.template.native) == (100, False)


def test_pods_of_an_absent_controller_are_one_workload() -> None:
    mesh = mesh_of(POD % ("b", PROXY, "Running"), POD % ("a", PROXY, "Running"))
    (found,) = proxied_workloads(mesh)
    assert found.workload.name == "cart-5d4f-a"
    assert sum(c.pods for c in proxy_costs(mesh, found)) == 2


def test_pods_that_are_not_known_are_said_to_be() -> None:
    daemon = cart().replace("Deployment", "DaemonSet")
    cost = known(cost_of(mesh_of(ENABLED, daemon)))
    assert (cost.pods, cost.counted) == (1, "one a node")
    nodes = [f"apiVersion: v1\nkind: Node\nmetadata: {{name: n{i}}}\n" for i in range(4)]
    cost = known(cost_of(mesh_of(ENABLED, daemon, *nodes)))
    assert (cost.pods, cost.counted) == (4, "nodes")
    job = cart().replace("apps/v1", "batch/v1").replace("Deployment", "Job").replace("replicas: 3", "parallelism: 2")
    cost = known(cost_of(mesh_of(ENABLED, job)))
    assert (cost.pods, cost.counted) == (2, "one run")


@pytest.mark.skipif(not INSTALL.is_dir(), reason="needs the manifests of a real installation")
def test_the_computed_cost_is_what_istio_injects(tmp_path: Path) -> None:
    namespace = tmp_path / "namespace.yaml"
    namespace.write_text(ENABLED.replace("shop", "mesh-enabled"))
    before = MeshGraph(
        read_files([str(INSTALL / "before-injection.yaml"), str(INSTALL / "default.yaml"), str(namespace)])
    )
    after = MeshGraph(read_files([str(INSTALL / "injected-default.yaml")]))
    computed, injected = _amounts(before), _amounts(after)
    assert computed == injected
    assert computed.keys() == {"payments", "ledger", "nightly"}
    sources = {each.workload.name: known(each.template).source for each in proxied_workloads(before)}
    assert sources == {"payments": "installation", "ledger": "annotations", "nightly": "installation"}


def _amounts(mesh: MeshGraph) -> dict[str, tuple[object, ...]]:
    costs = {each.workload.name: known(each.template) for each in proxied_workloads(mesh)}
    return {
        name: (c.cpu_request, c.memory_request, c.cpu_limit, c.memory_limit, c.init, c.pods, c.counted)
        for name, c in costs.items()
    }
