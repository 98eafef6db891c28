"""What a host name stands for, seen from a namespace."""

from io import BytesIO

import pytest

from meshctl.graph.hostnames import HostTable, fqdn, overlap
from meshctl.graph.hosts import HostEntry, hosts
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.sources.files import read_files


def service(name: str, namespace: str, export_to: str = "") -> str:
    annotations = f"annotations: {{networking.istio.io/exportTo: {export_to!r}}}" if export_to else ""
    return (
        f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  {annotations}\n"
        "spec:\n  ports: [{name: http, port: 8080}, {name: grpc, port: 9090}]\n"
    )


def entry(name: str, namespace: str, host: str, export_to: str = "[]", port: int = 443) -> str:
    return (
        f"apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n  hosts: [{host!r}]\n  exportTo: {export_to}\n"
        f"  ports: [{{number: {port}, name: tls, protocol: TLS}}]\n"
    )


def mesh_of(*documents: str, settings: Settings | None = None) -> MeshGraph:
    return MeshGraph(read_files(["-"], stdin=BytesIO("\n---\n".join(documents).encode())), settings)


def names(found: HostEntry | None) -> list[str]:
    return [str(provider.id) for provider in found.providers] if found else []


def test_only_a_name_without_dots_is_filled_in() -> None:
    assert fqdn("reviews", "shop", "cluster.local") == "reviews.shop.svc.cluster.local"
    for unchanged in ("reviews.shop", "reviews.shop.svc", "*", "*.shop", "*foo", "api.example.com"):
        assert fqdn(unchanged, "shop", "cluster.local") == unchanged


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("a.foo.com", "a.foo.com", True),
        ("a.foo.com", "A.foo.com", False),
        ("*.foo.com", "a.foo.com", True),
        ("*.foo.com", "foo.com", False),
        ("*.foo.com", "a.b.foo.com", True),
        ("*.foo.com", "*.b.foo.com", True),
        ("*.foo.com", "*.bar.com", False),
        ("*", "anything", True),
        ("*", "*.foo.com", True),
    ],
)
def test_overlap_and_the_table_agree(one: str, other: str, both: bool) -> None:
    assert overlap(one, other) is both
    assert overlap(other, one) is both
    for held, asked in ((one, other), (other, one)):
        table: HostTable[str] = HostTable()
        table.add(held, "thing")
        assert list(table.overlapping(asked)) == (["thing"] if both else [])


def test_table_order_is_same_host_then_wider_then_narrower() -> None:
    table: HostTable[str] = HostTable()
    for host in ("*.com", "b.a.foo.com", "*.foo.com", "*", "*.a.foo.com", "foo.com", "xfoo.com"):
        table.add(host, host)
    assert list(table.overlapping("*.foo.com")) == ["*.foo.com", "*.com", "*", "*.a.foo.com", "b.a.foo.com"]
    assert table.best("x.a.foo.com") == ["*.a.foo.com"]
    assert table.best("x.org") == ["*"]
    assert list(table.below("foo.com")) == []


def test_short_and_full_names() -> None:
    known = hosts(mesh_of(service("reviews", "shop"), service("reviews", "web")))
    assert names(known.find("reviews", "shop")) == ["Service shop/reviews"]
    assert names(known.find("reviews", "web")) == ["Service web/reviews"]
    assert names(known.find("reviews.shop.svc.cluster.local", "web")) == ["Service shop/reviews"]
    for nothing in ("reviews.shop", "reviews.shop.svc", "ratings"):
        assert known.find(nothing, "shop") is None


def test_another_cluster_domain() -> None:
    known = hosts(mesh_of(service("reviews", "shop"), settings=Settings(cluster_domain="corp.example")))
    assert names(known.find("reviews", "shop")) == ["Service shop/reviews"]
    assert names(known.find("reviews.shop.svc.corp.example", "web")) == ["Service shop/reviews"]
    assert known.find("reviews.shop.svc.cluster.local", "web") is None
    assert known.missing("gone", "shop").namespace == "shop"
    assert known.missing("gone.shop.svc.cluster.local", "shop").namespace == ""


def test_ports_of_all_providers() -> None:
    known = hosts(
        mesh_of(
            service("reviews", "shop"),
            entry("one", "shop", "api.example.com", port=443),
            entry("two", "web", "api.example.com", port=8443),
        )
    )
    assert list(known.find("reviews", "shop").ports) == [8080, 9090]  # type: ignore[union-attr]
    assert list(known.find("api.example.com", "else").ports) == [443, 8443]  # type: ignore[union-attr]


def test_a_service_answers_for_its_own_name() -> None:
    claimed = "reviews.shop.svc.cluster.local"
    known = hosts(mesh_of(entry("claim", "shop", claimed), service("reviews", "shop")))
    assert names(known.find(claimed, "web")) == ["Service shop/reviews"]


@pytest.mark.parametrize(
    ("export_to", "seen_by"),
    [
        ("", {"shop", "web", "edge"}),
        ("*", {"shop", "web", "edge"}),
        (".", {"shop"}),
        ("web, edge", {"web", "edge"}),
        ("., web", {"shop", "web"}),
        ("~", set()),
    ],
)
def test_services_are_seen_where_they_are_exported_to(export_to: str, seen_by: set[str]) -> None:
    known = hosts(mesh_of(service("reviews", "shop", export_to)))
    full = "reviews.shop.svc.cluster.local"
    assert {n for n in ("shop", "web", "edge") if known.find(full, n)} == seen_by
    assert names(known.hidden(full, "web")) == ["Service shop/reviews"]


def test_what_matters_is_who_uses_the_reference() -> None:
    known = hosts(mesh_of(service("reviews", "shop", ".")))
    assert known.find("reviews", "shop")
    assert known.find("reviews", "shop", ["edge"]) is None
    assert known.find("reviews.shop.svc.cluster.local", "edge", ["edge", "shop"])


def test_serviceentries_are_seen_where_they_are_exported_to() -> None:
    known = hosts(mesh_of(entry("api", "shop", "api.example.com", "['.', web]")))
    assert [n for n in ("shop", "web", "edge") if known.find("api.example.com", n)] == ["shop", "web"]


def test_the_most_specific_wildcard_that_is_seen() -> None:
    known = hosts(
        mesh_of(
            entry("wide", "shop", "*.example.com"),
            entry("narrow", "shop", "*.eu.example.com", "['.']"),
            entry("exact", "shop", "one.eu.example.com"),
        )
    )
    assert names(known.find("one.eu.example.com", "shop")) == ["ServiceEntry shop/exact"]
    assert names(known.find("two.eu.example.com", "shop")) == ["ServiceEntry shop/narrow"]
    assert names(known.find("two.eu.example.com", "web")) == ["ServiceEntry shop/wide"]
    assert names(known.find("*.us.example.com", "web")) == ["ServiceEntry shop/wide"]
    assert known.find("example.com", "shop") is None
    assert known.any_below("*.com") and not known.any_below("*.org")


@pytest.mark.parametrize(
    ("host", "namespace", "meant"),
    [
        ("reviewz", "shop", "reviews"),
        ("revews.shop.svc.cluster.local", "web", "reviews.shop.svc.cluster.local"),
        ("reviews.shop", "shop", "reviews.shop.svc.cluster.local"),
        ("reviews.shop.svc", "web", "reviews.shop.svc.cluster.local"),
        ("reviews", "web", "reviews.shop.svc.cluster.local"),
        ("reviews.shpo.svc.cluster.local", "web", "reviews.shop.svc.cluster.local"),
        ("api.exmaple.com", "web", "api.example.com"),
        ("reviews.example.com", "web", None),
        ("something", "shop", None),
    ],
)
def test_did_you_mean(host: str, namespace: str, meant: str | None) -> None:
    known = hosts(mesh_of(service("reviews", "shop"), service("cart", "web"), entry("api", "web", "api.example.com")))
    assert known.nearest(host, namespace) == meant
