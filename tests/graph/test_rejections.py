"""Which EnvoyFilter is behind a rejection, and when nobody can tell."""

from typing import Any

import pytest

from meshctl.graph.mesh import MeshGraph
from meshctl.graph.rejections import Refusal, refusals
from meshctl.model.facts import Facts
from meshctl.model.ids import ResourceId
from meshctl.model.proxystate import ProxyState, Rejection
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Snapshot

LUA = {
    "name": "envoy.filters.http.lua",
    "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
        "inlineCode": "function envoy_on_request(handle) nonsense end",
    },
}
LUA_WORDS = 'script load error: [string "function envoy_on_request(handle) nonsen..."]:1: expected near'


def patch(apply_to: str = "HTTP_FILTER", value: Any = LUA, operation: str = "INSERT_BEFORE", **match: Any) -> Any:
    return {"applyTo": apply_to, "match": match, "patch": {"operation": operation, "value": value}}


def envoyfilter(name: str, *patches: Any, namespace: str = "shop", **spec: Any) -> Resource:
    identity = ResourceId("", "networking.istio.io", "EnvoyFilter", namespace, name)
    metadata = {"name": name, "namespace": namespace}
    return Resource(identity, "v1alpha3", {"metadata": metadata, "spec": {"configPatches": list(patches), **spec}})


def refused(
    reason: str,
    resource: str = "0.0.0.0_80",
    type_name: str = "LDS",
    filters: tuple[str, ...] = (),
    kind: str = "sidecar",
) -> ProxyState:
    rejection = Rejection(type_name, resource, reason, frozenset(filters))
    return ProxyState("", "shop", "web-1", kind=kind, rejections=(rejection,), labels={"app": "web"})


def causes(resources: list[Resource], *states: ProxyState) -> tuple[Refusal, ...]:
    return refusals(MeshGraph(Snapshot(tuple(resources)), facts=Facts(states)))


def source(found: tuple[Refusal, ...]) -> str:
    (one,) = found
    return one.source.full_name if one.source else ""


def test_the_one_whose_text_is_quoted_among_several() -> None:
    other = {**LUA, "typed_config": {**LUA["typed_config"], "inlineCode": "function envoy_on_response(h) end"}}
    (found,) = causes([envoyfilter("a", patch(value=other)), envoyfilter("b", patch())], refused(LUA_WORDS))
    assert found.source is not None and found.source.name == "b" and found.mentioned


def test_the_one_whose_filter_is_in_what_was_refused() -> None:
    names = [envoyfilter("a", patch(value={"name": "envoy.filters.http.wasm"})), envoyfilter("b", patch())]
    assert source(causes(names, refused("no such thing", filters=("envoy.filters.http.lua",)))) == "shop/b"


def test_the_only_one_that_changes_such_things_is_named_with_doubt() -> None:
    (found,) = causes([envoyfilter("a", patch()), envoyfilter("b", patch("CLUSTER"))], refused("no such thing"))
    assert found.source is not None and found.source.name == "a" and not found.mentioned


def test_several_that_may_be_it_are_candidates() -> None:
    (found,) = causes([envoyfilter("a", patch()), envoyfilter("b", patch())], refused("no such thing"))
    assert found.source is None and [c.name for c in found.candidates] == ["a", "b"]


def test_a_field_that_is_named_in_the_words() -> None:
    value = {"outlier_detection": {"max_ejection_percent": 300}}
    words = (
        "Proto constraint validation failed (OutlierDetectionValidationError.MaxEjectionPercent: value must be <= 100)"
    )
    found = causes(
        [envoyfilter("a", patch("CLUSTER", {"lb_policy": "RANDOM"})), envoyfilter("b", patch("CLUSTER", value))],
        refused(words, "outbound|80||api.shop.svc.cluster.local", "CDS"),
    )
    assert source(found) == "shop/b"


@pytest.mark.parametrize(
    "unrelated",
    [
        envoyfilter("a", patch(), namespace="bank"),
        envoyfilter("a", patch(), workloadSelector={"labels": {"app": "api"}}),
        envoyfilter("a", patch(), targetRefs=[{"kind": "Gateway", "name": "gateway"}]),
        envoyfilter("a", patch(context="GATEWAY")),
        envoyfilter("a", patch(context="SIDECAR_INBOUND")),
        envoyfilter("a", patch(context="SIDECAR_OUTBOUND", listener={"portNumber": 443})),
        envoyfilter("a", patch(listener={"name": "virtualInbound"})),
        envoyfilter("a", patch("CLUSTER")),
    ],
    ids=["namespace", "selector", "target", "gateway", "inbound", "port", "listener", "cluster"],
)
def test_one_that_is_not_for_it_is_not_blamed(unrelated: Resource) -> None:
    (found,) = causes([unrelated], refused(LUA_WORDS))
    assert found.source is None and found.candidates == ()


@pytest.mark.parametrize(
    "related",
    [
        envoyfilter("a", patch(), namespace="istio-system"),
        envoyfilter("a", patch(), workloadSelector={"labels": {"app": "web"}}),
        envoyfilter("a", patch(context="SIDECAR_OUTBOUND", listener={"portNumber": 80})),
        envoyfilter("a", patch(listener={"name": "0.0.0.0_80"})),
    ],
    ids=["root namespace", "selector", "port", "listener"],
)
def test_one_that_is_for_it_is(related: Resource) -> None:
    assert source(causes([related], refused(LUA_WORDS))) == related.id.full_name


def test_a_gateway_and_the_inbound_side() -> None:
    gateway, inbound = patch(context="GATEWAY"), patch(context="SIDECAR_INBOUND")
    filters = [envoyfilter("gateway", gateway), envoyfilter("inbound", inbound)]
    assert source(causes(filters, refused(LUA_WORDS, kind="router"))) == "shop/gateway"
    assert source(causes(filters, refused(LUA_WORDS, "virtualInbound"))) == "shop/inbound"


def test_what_differs_only_in_names_and_numbers_is_one_cause() -> None:
    states = [
        ProxyState(
            "", "shop", f"web-{i}", rejections=(Rejection("LDS", f"10.0.0.{i}_80", f"cannot bind 10.0.0.{i}:80"),)
        )
        for i in range(3)
    ]
    other = ProxyState("", "shop", "api-1", rejections=(Rejection("LDS", "10.0.0.1_80", "out of memory"),))
    found = causes([], *states, other)
    assert [(len(f.states), len(f.resources)) for f in found] == [(3, 3), (1, 1)]
