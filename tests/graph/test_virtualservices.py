"""Which VirtualServices claim one host for one sidecar."""

from meshctl.graph.kinds.networking import VirtualService
from meshctl.graph.virtualservices import MeshClaims
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource


def claim(name: str, hosts: list[str], cluster: str = "", **spec: object) -> VirtualService:
    namespace, _, short = name.partition("/")
    identity = ResourceId(cluster, "networking.istio.io", "VirtualService", namespace, short)
    return VirtualService(Resource(identity, "v1", {"spec": {"hosts": hosts, **spec}}))


def rivals(*claims: VirtualService) -> list[list[str]]:
    """For each of them, in order, the names of those that it meets."""
    known = MeshClaims(claims, "cluster.local")
    return [
        list(dict.fromkeys(rival.full_name for host in known.hosts(vs) for rival in known.rivals(vs, host)))
        for vs in claims
    ]


def test_order_of_the_input_does_not_matter() -> None:
    one, two, three = (claim(f"shop/{name}", ["a.com"]) for name in "cab")
    assert rivals(one, two, three) == [["shop/a", "shop/b"], ["shop/b", "shop/c"], ["shop/a", "shop/c"]]
    assert rivals(three, two, one) == [["shop/a", "shop/c"], ["shop/b", "shop/c"], ["shop/a", "shop/b"]]


def test_one_does_not_meet_itself() -> None:
    assert rivals(claim("shop/one", ["reviews", "reviews.shop.svc.cluster.local", "*.shop.svc.cluster.local"])) == [[]]
    assert rivals(claim("shop/one", ["a.com"], exportTo=["shop", "web", "."])) == [[]]


def test_wildcards_for_the_same_sidecars_do_not_meet() -> None:
    assert rivals(claim("shop/one", ["*.a.com"]), claim("shop/two", ["x.a.com"])) == [[], []]


def test_private_and_public_meet_where_wildcards_overlap() -> None:
    private, public = claim("shop/one", ["*.a.com"], exportTo=["."]), claim("web/two", ["x.a.com"])
    assert rivals(private, public) == [["web/two"], ["shop/one"]]
    assert rivals(private, claim("web/two", ["a.com"])) == [[], []]


def test_private_ones_meet_in_a_common_namespace_only() -> None:
    one = claim("shop/one", ["a.com"], exportTo=[".", "edge"])
    two = claim("web/two", ["a.com"], exportTo=["edge"])
    three = claim("web/three", ["a.com"], exportTo=["."])
    assert rivals(one, two, three) == [["web/two"], ["shop/one"], []]


def test_gateways_and_clusters_are_apart() -> None:
    assert rivals(claim("shop/one", ["a.com"]), claim("shop/two", ["a.com"], gateways=["public"])) == [[], []]
    assert rivals(claim("shop/one", ["a.com"], "east"), claim("shop/one", ["a.com"], "west")) == [[], []]
    assert rivals(claim("shop/one", ["a.com"]), claim("shop/two", ["a.com"], gateways=["public", "mesh"])) == [
        ["shop/two"],
        ["shop/one"],
    ]
