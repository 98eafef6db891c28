"""Who gets Linkerd's proxy: the order in which namespace, pod, webhook and obstacles decide."""

from typing import Any

import pytest

from meshctl.graph.kinds.workload import Workload
from meshctl.graph.linkerd.injection import LinkerdDecision, gets_linkerd_proxy, linkerd_injection
from meshctl.graph.mesh import MeshGraph
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.snapshot import Coverage, Snapshot

INJECT = "linkerd.io/inject"
WEBHOOKS = KindKey("admissionregistration.k8s.io", "MutatingWebhookConfiguration")


def resource(group: str, kind: str, name: str, namespace: str = "", **data: Any) -> Resource:
    metadata = {"name": name, **data.pop("metadata", {})}
    return Resource(ResourceId("", group, kind, namespace, name), "v1", {"metadata": metadata, **data})


def namespace(value: str | None, name: str = "shop", **labels: str) -> Resource:
    annotations = {} if value is None else {INJECT: value}
    return resource("", "Namespace", name, metadata={"annotations": annotations, "labels": labels})


def pod(value: str | None = None, place: str = "shop", labels: dict[str, str] | None = None, **spec: Any) -> Resource:
    annotations = {} if value is None else {INJECT: value}
    spec = {"containers": [{"name": "app", "image": "app"}], **spec}
    return resource("", "Pod", "p", place, metadata={"annotations": annotations, "labels": labels or {}}, spec=spec)


def graph(*resources: Resource, whole: frozenset[KindKey] | None = frozenset()) -> MeshGraph:
    return MeshGraph(Snapshot(resources=resources, coverage={"": Coverage(whole=whole)}))


def decide(*resources: Resource, whole: frozenset[KindKey] | None = frozenset()) -> LinkerdDecision:
    mesh = graph(*resources, whole=whole)
    return linkerd_injection(mesh).decide(mesh.all(Workload)[0])


@pytest.mark.parametrize(
    ("place", "own", "injected", "ingress", "cause"),
    [
        (None, None, False, False, "nobody asked"),
        ("", None, False, False, "nobody asked"),
        (None, "enabled", True, False, "asked"),
        ("disabled", "enabled", True, False, "asked"),
        ("disabled", None, False, False, "refused"),
        ("enabled", None, True, False, "asked"),
        ("enabled", "disabled", False, False, "refused"),
        ("enabled", "ingress", True, True, "asked"),
        ("ingress", None, True, True, "asked"),
        ("ingress", "enabled", True, False, "asked"),
        ("enabled", "true", False, False, "value"),
        ("true", "enabled", False, False, "value"),
        ("Enabled", None, False, False, "value"),
    ],
)
def test_namespace_and_pod(place: str | None, own: str | None, injected: bool, ingress: bool, cause: str) -> None:
    decision = decide(namespace(place), pod(own))
    assert (decision.injected, decision.ingress, decision.cause) == (injected, ingress, cause)


def test_what_decides_is_named_with_its_field() -> None:
    by_place, by_pod = decide(namespace("enabled"), pod()), decide(namespace("disabled"), pod("ingress"))
    assert [(d.decider.id.kind, d.path) for d in (by_place, by_pod) if d.decider] == [
        ("Namespace", ("metadata", "annotations", INJECT)),
        ("Pod", ("metadata", "annotations", INJECT)),
    ]
    host = decide(namespace("enabled"), pod(hostNetwork=True))
    assert (host.path, host.wanted, host.injected) == (("spec", "hostNetwork"), True, False)


def test_webhook_of_a_default_installation_is_assumed() -> None:
    assert decide(namespace("enabled"), pod()).assumed
    for excluded in (
        decide(namespace("enabled", **{"config.linkerd.io/admission-webhooks": "disabled"}), pod()),
        decide(namespace("enabled", "cert-manager"), pod(place="cert-manager")),
        decide(namespace("enabled"), pod(labels={"linkerd.io/control-plane-component": "identity"})),
    ):
        assert (excluded.cause, excluded.called, excluded.wanted) == ("out of scope", (), True)


def test_webhooks_that_were_read_decide_and_none_means_none() -> None:
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
    hook = {"name": "linkerd-proxy-injector.linkerd.io", "namespaceSelector": {"matchLabels": {"a": "b"}}}
    webhook = resource(WEBHOOKS.group, WEBHOOKS.kind, "l5d", webhooks=[{**hook, "rules": [rule]}])
    left_out = decide(webhook, namespace("enabled"), pod())
    assert (left_out.cause, left_out.assumed) == ("out of scope", False)
    assert decide(webhook, namespace("enabled", a="b"), pod()).called == ("l5d/linkerd-proxy-injector.linkerd.io",)
    assert decide(namespace("enabled"), pod(), whole=frozenset({WEBHOOKS})).cause == "no webhook"


@pytest.mark.parametrize("field", ["containers", "initContainers"])
def test_sidecars_that_are_there_already(field: str) -> None:
    other = [{"name": "istio-proxy", "image": "proxyv2"}]
    assert decide(namespace("enabled"), pod(**{field: other})).cause == "other sidecar"
    own = pod(**{field: [{"name": "linkerd-proxy", "image": "proxy"}]})
    assert decide(namespace("enabled"), own).cause == "other sidecar"
    # A pod that it made itself would get one anew.
    made = Resource(own.id, "v1", {**own.data, "status": {"phase": "Running"}})
    assert decide(namespace("enabled"), made).injected


def test_a_namespace_that_was_not_read_leaves_it_open() -> None:
    mesh = graph(pod())
    decision = linkerd_injection(mesh).decide(mesh.all(Workload)[0])
    assert decision.depends_on_place and gets_linkerd_proxy(mesh, mesh.all(Workload)[0]) is None
    assert not decide(pod("enabled")).depends_on_place and decide(pod("enabled")).injected
    assert not decide(pod("disabled")).depends_on_place
