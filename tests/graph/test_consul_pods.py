"""Pods of Consul: who is injected, what upstreams mean, which pods the filter of a subset takes."""

from pathlib import Path

import pytest
from msgspec import structs

from meshctl.graph.consul.filters import conditions, holds
from meshctl.graph.consul.injection import ConsulDecision, consul_injection
from meshctl.graph.consul.names import ServiceKey, catalog
from meshctl.graph.consul.pods import consul_pods
from meshctl.graph.consul.upstreams import Upstream, upstreams
from meshctl.graph.kinds.workload import Deployment, Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.sources.snapshot import Coverage
from tests.graph.consulmesh import deployment, entry, injector, mesh

ON = 'connect-inject: "true"'
EVERYWHERE = '-allow-k8s-namespace="*"'
ALL = frozenset(Workload.KINDS)
SIDECAR = """\
apiVersion: v1
kind: Pod
metadata: {name: old, namespace: shop}
spec: {containers: [{name: old, image: old:1}, {name: consul-dataplane, image: dataplane:1}]}
"""


def decision(folder: Path, *documents: str) -> ConsulDecision:
    found = mesh(folder, *documents)
    return consul_injection(found).decide(next(d for d in found.all(Deployment) if d.name == "web"))


@pytest.mark.parametrize(
    ("flags", "annotations", "injected", "cause"),
    [
        ([EVERYWHERE], [ON], True, "pod"),
        ([EVERYWHERE], [], False, "default"),
        ([EVERYWHERE, "-default-inject=true"], [], True, "default"),
        ([EVERYWHERE, "-default-inject=true"], ['connect-inject: "f"'], False, "pod"),
        ([EVERYWHERE], ['connect-inject: "yes"'], False, "invalid"),
        ([EVERYWHERE, '-deny-k8s-namespace="shop"'], [ON], False, "denied"),
        (['-allow-k8s-namespace="money"'], [ON], False, "not allowed"),
        ([], [ON], False, "not allowed"),
    ],
)
def test_the_injector_decides(
    tmp_path: Path, flags: list[str], annotations: list[str], injected: bool, cause: str
) -> None:
    found = decision(tmp_path, injector(*flags), deployment("web", *annotations))
    assert (found.injected, found.cause, found.assumed) == (injected, cause, False)


def test_without_an_injector_its_defaults_are_assumed(tmp_path: Path) -> None:
    found = decision(tmp_path, deployment("web", ON))
    assert (found.injected, found.assumed, found.called) == (True, True, ())


@pytest.mark.parametrize(
    ("others", "coverage", "consul"),
    [
        ([], Coverage(within={"shop": ALL}, inferred=False), []),
        ([SIDECAR], Coverage(within={"shop": ALL}, inferred=False), ["old", "web"]),
        ([], Coverage(whole=None, inferred=False), ["web"]),
        ([], Coverage(), ["web"]),
    ],
    ids=["not known", "a neighbour shows it", "there is none", "files"],
)
def test_an_injector_that_was_not_read_may_deny_the_namespace(
    tmp_path: Path, others: list[str], coverage: Coverage, consul: list[str]
) -> None:
    found = mesh(tmp_path, deployment("web", ON), *others)
    part = MeshGraph(structs.replace(found.snapshot, coverage={"": coverage}))
    assert sorted(pod.workload.name for pod in consul_pods(part)) == consul


@pytest.mark.parametrize(
    ("text", "namespaces", "wanted"),
    [
        ("db:5432", False, Upstream("", name="db", port=5432)),
        (" db : 0x1538 ", False, Upstream("", name="db", port=5432)),
        ("db:admin", False, Upstream("", name="db", port=9090)),
        ("db.shop:5432", False, Upstream("", name="db.shop", port=5432)),
        ("db.shop:5432", True, Upstream("", name="db", namespace="shop", port=5432)),
        ("db.shop.east:5432", True, Upstream("", name="db", namespace="shop", port=5432, beyond=True)),
        ("db:5432:dc2", False, Upstream("", name="db", port=5432, beyond=True)),
        ("db:5432:dc2?port=metrics", False, Upstream("", name="db", port=5432, beyond=True)),
        ("db:5432:local_bind_address=0.0.0.0", False, Upstream("", name="db", port=5432, address="0.0.0.0")),
        ("db.svc:5432:metrics", False, Upstream("", name="db", port=5432)),
        ("db.svc.east.peer:5432", False, Upstream("", name="db", port=5432, beyond=True)),
        ("db.svc.shop.ns.dc2.dc:5432:dc=dc2", True, Upstream("", name="db", namespace="shop", port=5432, beyond=True)),
        ("prepared_query:near:5432", False, Upstream("", port=5432)),
    ],
)
def test_upstreams_are_read_as_the_controller_does(
    tmp_path: Path, text: str, namespaces: bool, wanted: Upstream
) -> None:
    ports = "[{name: admin, containerPort: 9090}]"
    (workload,) = mesh(tmp_path, deployment("web", ON, ports=ports)).all(Deployment)
    (found,) = upstreams(text, workload, namespaces)
    assert found == wanted._replace(text=text.strip())


@pytest.mark.parametrize(
    ("text", "namespaces", "problem"),
    [
        ("", False, "is empty"),
        ("db", False, "has no port"),
        ("db:0", False, "has the port '0'"),
        (":5432", False, "names no service"),
        ("db.svc.shop.ns:5432", False, "name.svc.which.(peer|dc)"),
        ("db.svc.east.peer:5432", True, "name.svc.namespace.ns.which"),
        ("db.svc.shop.ns.east.region:5432", True, "is not of the form"),
        ("db.svc.dc1.dc:5432:dc=dc2", False, "names two datacenters"),
        ("db:5432:speed=fast", False, "unknown option speed"),
        ("db:5432:mesh_gateway_mode=never", False, "mesh gateway mode 'never'"),
        ("prepared_query:near", False, "prepared_query:name:port"),
    ],
)
def test_what_the_controller_cannot_read(tmp_path: Path, text: str, namespaces: bool, problem: str) -> None:
    (workload,) = mesh(tmp_path, deployment("web", ON)).all(Deployment)
    found = upstreams(f"ok:1,{text}", workload, namespaces)[1]
    assert problem in found.problem


@pytest.mark.parametrize(
    ("filter", "fits"),
    [
        ("Service.Meta.version == v1", True),
        ('Service.Meta["version"] == "v2"', False),
        ("Service.Meta.version != `v2`", True),
        ("v1 in Service.Tags and Service.Tags not contains old", True),
        ("eu not in Service.Tags", False),
    ],
)
def test_filters_see_the_annotations(tmp_path: Path, filter: str, fits: bool) -> None:
    annotated = deployment("web", ON, "service-meta-version: v1", 'service-tags: "v1, eu"')
    (workload,) = mesh(tmp_path, annotated).all(Deployment)
    wanted = conditions(filter)
    assert wanted is not None and all(holds(c, workload) for c in wanted) is fits


@pytest.mark.parametrize(
    "filter", ["Service.Meta.a == b or Service.Meta.c == d", "Service.Port == 80", 'Service.Meta["pod-name"] == web-0']
)
def test_other_filters_are_left_open(filter: str) -> None:
    assert conditions(filter) is None


def test_a_pod_has_the_name_of_its_service_or_of_its_annotation(tmp_path: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}}\n"
    found = mesh(tmp_path, service, deployment("web", ON), deployment("cart", ON, "connect-service: basket"))
    assert [pod.registered for pod in consul_pods(found)] == [("web",), ("basket",)]
    names = catalog(found)
    assert [names.knows(ServiceKey("", name)) for name in ("web", "basket", "cart")] == [True, True, False]


def test_entries_make_names_known_without_instances(tmp_path: Path) -> None:
    names = catalog(mesh(tmp_path, entry("ServiceResolver", "menu", "{redirect: {service: web}}")))
    key = ServiceKey("", "menu")
    assert (names.knows(key), names.has_instances(key)) == (True, False)
