"""What of Consul `meshctl graph` draws: which field leads from which resource to which service."""

from pathlib import Path

from meshctl.graph.edges import Relation
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.relations import consul
from meshctl.model.ids import ResourceId
from meshctl.model.paths import dotted
from meshctl.sources.files import read_files
from tests.graph.consulmesh import deployment, entry, mesh

HEALTHY = Path(__file__).parents[2] / "fixtures/meshes/consul"


def drawn(relation: Relation, found: MeshGraph) -> set[tuple[str, str, str, str]]:
    return {(str(edge.source.id), edge.kind, dotted(edge.path), _text(edge.target)) for edge in relation(found).found}


def _text(target: object) -> str:
    return str(target) if isinstance(target, ResourceId) else f"no {target}"


def test_the_healthy_mesh() -> None:
    found = MeshGraph(read_files([str(HEALTHY)]))
    assert drawn(consul.consul_chains, found) == {
        ("ServiceRouter shop/products", "references", "metadata.name", "Service shop/products"),
        ("ServiceSplitter shop/products", "references", "metadata.name", "Service shop/products"),
        ("ServiceResolver shop/products", "references", "metadata.name", "Service shop/products"),
        ("ServiceResolver shop/roasts", "references", "metadata.name", "Service shop/roasts"),
        # Requests for products meet its router first.
        ("ServiceResolver shop/menu", "routes_to", "spec.redirect.service", "ServiceRouter shop/products"),
        ("ServiceResolver shop/roasts", "routes_to", 'spec.failover["*"].service', "ServiceRouter shop/products"),
    }
    assert drawn(consul.consul_gateways, found) == {
        ("IngressGateway consul/front", "routes_to", "spec.listeners[0].services[0].name", "Service shop/frontend")
    }
    upstreams = 'spec.template.metadata.annotations["consul.hashicorp.com/connect-service-upstreams"]'
    assert ("Deployment money/payments", "routes_to", upstreams, "Service money/ledger") in drawn(
        consul.consul_upstreams, found
    )


def test_what_nobody_declares_is_missing(tmp_path: Path) -> None:
    found = mesh(
        tmp_path,
        deployment("web", 'connect-inject: "true"', 'connect-service-upstreams: "db:5432"'),
        entry("ServiceIntentions", "db", "{destination: {name: db}, sources: [{name: web, action: allow}]}"),
    )
    (edge, missing) = consul.consul_upstreams(found).missing[0]
    assert (edge.source.name, str(missing)) == ("web", "service db")
    assert [str(lacking) for _, lacking in consul.consul_intentions(found).missing] == ["service db"]
