"""Discovery chains of Consul: where a request goes, and which field of which resource decides it."""

from pathlib import Path

from meshctl.graph.consul.chain import Chains, Stage, chains
from meshctl.graph.consul.circles import circles
from meshctl.graph.consul.names import ServiceKey
from meshctl.graph.consul.protocols import protocols
from meshctl.model.paths import dotted
from tests.graph.consulmesh import entry, injector, mesh

RESOLVER = entry(
    "ServiceResolver", "web", "{defaultSubset: v1, subsets: {v1: {}, v2: {}}, failover: {v2: {service: old}}}"
)


def key(name: str) -> ServiceKey:
    return ServiceKey("", name)


def steps(known: Chains, service: str) -> list[tuple[str, str, str, str]]:
    """From, step, deciding field, to: of every step of the chain of a service."""
    return [
        (_text(stage), hop.step, f"{hop.source.id.kind} {hop.source.name} {dotted(hop.path)}", _text(hop.to))
        for stage, hops in known.stages(key(service)).items()
        for hop in hops
    ]


def _text(stage: Stage) -> str:
    return f"{stage.kind} of {stage.service}{f'/{stage.subset}' if stage.subset else ''}"


def test_every_step_names_what_decides_it(tmp_path: Path) -> None:
    routes = "{routes: [{match: {http: {pathPrefix: /old}}, destination: {service: old}}]}"
    splits = "{splits: [{weight: 90}, {weight: 10, serviceSubset: v2}]}"
    found = mesh(tmp_path, entry("ServiceRouter", "web", routes), entry("ServiceSplitter", "web", splits), RESOLVER)
    assert steps(chains(found), "web") == [
        ("routes of web", "route", "ServiceRouter web spec.routes[0].destination", "instances of old"),
        ("routes of web", "default route", "ServiceRouter web spec.routes", "splits of web"),
        ("splits of web", "split", "ServiceSplitter web spec.splits[0]", "instances of web"),
        ("splits of web", "split", "ServiceSplitter web spec.splits[1]", "instances of web/v2"),
        ("instances of web", "default subset", "ServiceResolver web spec.defaultSubset", "instances of web/v1"),
        ("instances of web/v2", "failover", "ServiceResolver web spec.failover.v2", "instances of old"),
    ]


def test_a_service_that_nobody_configures_is_its_instances(tmp_path: Path) -> None:
    known = chains(mesh(tmp_path, RESOLVER))
    assert known.start(key("cart")) == Stage("instances", key("cart"))
    assert steps(known, "cart") == []


def test_a_redirect_to_another_service_drops_the_subset(tmp_path: Path) -> None:
    redirect = entry("ServiceResolver", "old", "{redirect: {service: web}}")
    known = chains(mesh(tmp_path, redirect, RESOLVER))
    (hop,) = known.hops(Stage("instances", key("old"), "v7"))
    assert hop.to == Stage("instances", key("web"))


def test_a_redirect_within_a_service_goes_on_with_its_subset(tmp_path: Path) -> None:
    known = chains(
        mesh(tmp_path, entry("ServiceResolver", "web", "{subsets: {v1: {}}, redirect: {serviceSubset: v1}}"))
    )
    (hop,) = known.hops(Stage("instances", key("web")))
    assert (hop.step, hop.to) == ("redirect", Stage("instances", key("web"), "v1"))
    assert known.hops(hop.to) == ()


def test_what_is_split_to_another_service_is_split_again_there(tmp_path: Path) -> None:
    web = entry("ServiceSplitter", "web", "{splits: [{weight: 50, service: web}, {weight: 50, service: next}]}")
    following = entry("ServiceSplitter", "next", "{splits: [{weight: 100, service: web}]}")
    known = chains(mesh(tmp_path, web, following))
    assert [hop.to.kind for hop in known.hops(Stage("splits", key("web")))] == ["instances", "splits"]


def test_what_is_in_another_datacenter_ends_the_chain(tmp_path: Path) -> None:
    known = chains(mesh(tmp_path, entry("ServiceResolver", "web", "{redirect: {service: web, datacenter: dc2}}")))
    assert known.hops(Stage("instances", key("web"))) == ()


def test_stages_are_made_once_however_many_ways_lead_there(tmp_path: Path) -> None:
    splitters = [
        entry(
            "ServiceSplitter",
            f"s{i}",
            f"{{splits: [{{weight: 50, service: s{i + 1}}}, {{weight: 50, service: s{i + 1}}}]}}",
        )
        for i in range(60)
    ]
    assert len(chains(mesh(tmp_path, *splitters)).stages(key("s0"))) == 61


def test_circles_are_found_once_each(tmp_path: Path) -> None:
    def redirect(name: str, to: str) -> str:
        return entry("ServiceResolver", name, f"{{redirect: {{service: {to}}}}}")

    found = mesh(
        tmp_path, redirect("a", "b"), redirect("b", "c"), redirect("c", "a"), redirect("d", "a"), redirect("e", "e")
    )
    assert [[hop.source.name for hop in hops] for hops in circles(found)] == [["a", "b", "c"]]


def test_a_circle_of_a_thousand_is_no_recursion(tmp_path: Path) -> None:
    many = [entry("ServiceResolver", f"r{i}", f"{{redirect: {{service: r{(i + 1) % 1500}}}}}") for i in range(1500)]
    ((*hops,),) = circles(mesh(tmp_path, *many))
    assert len(hops) == 1500


def test_namespaces_of_enterprise_keep_names_apart(tmp_path: Path) -> None:
    flags = injector(
        "-enable-namespaces=true", "-enable-k8s-namespace-mirroring=true", "-k8s-namespace-mirroring-prefix=k8s-"
    )
    shop = entry("ServiceResolver", "web", "{redirect: {service: cart}}")
    other = entry("ServiceResolver", "web", "{redirect: {service: cart, namespace: k8s-shop}}", "staging")
    known = chains(mesh(tmp_path, flags, shop, other))
    targets = {str(s): str(known.hops(Stage("instances", s))[0].to.service) for s in known.resolvers}
    assert targets == {"shop/web": "shop/cart", "staging/web": "shop/cart"}


def test_service_defaults_without_a_protocol_hide_the_general_one(tmp_path: Path) -> None:
    general = entry("ProxyDefaults", "global", "{config: {protocol: HTTP}}", "consul")
    known = protocols(mesh(tmp_path, general, entry("ServiceDefaults", "web", "{maxInboundConnections: 5}")))
    assert [(known.of(key(n)).name, known.of(key(n)).has_requests) for n in ("web", "cart")] == [
        ("tcp", False),
        ("http", True),
    ]
    assert known.of(key("web")).because == "ServiceDefaults shop/web names no protocol, which counts as tcp"
    assert (known.of(key("web")).lacking, str(known.of(key("cart")).lacking)) == (None, "ServiceDefaults cart")
