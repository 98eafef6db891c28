"""Who gets a sidecar: hand-written cases, and those that Istio's own webhooks and injector decided."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from meshctl.graph.injection import Decision, injection
from meshctl.graph.kinds.admission import MutatingWebhookConfiguration
from meshctl.graph.kinds.core import Namespace
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph
from meshctl.graph.settings import Settings
from meshctl.model.ids import KindKey, ResourceId
from meshctl.model.resource import Resource
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Coverage, Snapshot

INSTALL = Path(__file__).parents[2].parent / "shared" / "istio-install"
INJECT, REV, ON = "sidecar.istio.io/inject", "istio.io/rev", {"istio-injection": "enabled"}
PODS = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
Labels = Mapping[str, str]


def resource(group: str, kind: str, name: str, namespace: str = "", **data: Any) -> Resource:
    metadata = {"name": name, **data.pop("metadata", {})}
    return Resource(ResourceId("", group, kind, namespace, name), "v1", {"metadata": metadata, **data})


def namespace(labels: Labels, name: str = "shop") -> Resource:
    return resource("", "Namespace", name, metadata={"labels": labels})


def pod(
    labels: Labels | None = None, annotation: str | None = None, place: str = "shop", host: bool = False
) -> Resource:
    annotations = {} if annotation is None else {INJECT: annotation}
    metadata = {"labels": labels or {}, "annotations": annotations}
    return resource("", "Pod", "p", place, metadata=metadata, spec={"hostNetwork": host})


def configuration(name: str, labels: Labels, *webhooks: dict[str, Any]) -> Resource:
    group = MutatingWebhookConfiguration.KINDS[0].group
    return resource(group, "MutatingWebhookConfiguration", name, metadata={"labels": labels}, webhooks=list(webhooks))


def webhook(matching: Labels, **more: Any) -> dict[str, Any]:
    selector = {"matchLabels": matching}
    return {"name": "namespace.sidecar-injector.istio.io", "namespaceSelector": selector, "rules": [PODS], **more}


def injector(config: str, values: str = "{}", revision: str = "") -> Resource:
    name = f"istio-sidecar-injector-{revision}" if revision else "istio-sidecar-injector"
    return resource("", "ConfigMap", name, "istio-system", data={"config": config, "values": values})


def decide(*resources: Resource, revision: str = "", whole: frozenset[KindKey] | None = frozenset()) -> Decision:
    mesh = MeshGraph(Snapshot(resources=resources, coverage={"": Coverage(whole=whole)}), Settings(revision=revision))
    return injection(mesh).decide(mesh.all(Workload)[0])


DEFAULT, CANARY = "istio-sidecar-injector/", "istio-sidecar-injector-canary/"
ASSUMED = [
    # namespace labels, pod, webhook called, injected, what the reason says
    ({}, pod(), "", False, "has no injection label"),
    (ON, pod(), DEFAULT + "namespace", True, "Namespace shop has istio-injection=enabled."),
    (ON, pod({REV: "canary"}), DEFAULT + "namespace", True, "istio-injection=enabled"),
    ({**ON, REV: "canary"}, pod(), DEFAULT + "namespace", True, "istio-injection=enabled"),
    (ON, pod(host=True), DEFAULT + "namespace", False, "hostNetwork"),
    (ON, pod({INJECT: "false"}), "", False, "label sidecar.istio.io/inject=false"),
    (ON, pod(annotation="false"), DEFAULT + "namespace", False, "annotation sidecar.istio.io/inject=false decides"),
    (ON, pod({INJECT: "True"}, annotation="false"), DEFAULT + "namespace", True, "istio-injection=enabled"),
    (ON, pod(annotation="no"), DEFAULT + "namespace", True, "istio-injection=enabled"),
    ({"istio-injection": "disabled"}, pod({INJECT: "true"}), "", False, "istio-injection=disabled"),
    ({"istio-injection": "True"}, pod(), "", False, "only `enabled` switches it on"),
    ({REV: "canary"}, pod(), CANARY + "rev.namespace", True, "Namespace shop has istio.io/rev=canary."),
    ({REV: "default"}, pod({REV: "canary"}), DEFAULT + "rev.namespace", True, "istio.io/rev=default"),
    ({}, pod({REV: "canary"}), CANARY + "rev.object", True, "pod's label istio.io/rev=canary"),
    ({}, pod({INJECT: "true"}), DEFAULT + "object", True, "label sidecar.istio.io/inject=true decides"),
    ({}, pod(annotation="true"), "", False, "as a label, not as an annotation"),
]


@pytest.mark.parametrize(("labels", "asking", "called", "injected", "says"), ASSUMED)
def test_without_webhooks_a_default_installation_decides(
    labels: Labels, asking: Resource, called: str, injected: bool, says: str
) -> None:
    decision = decide(namespace(labels), asking)
    names = tuple(f"{name}.sidecar-injector.istio.io" for name in [called] if name)
    assert (decision.called, decision.injected, decision.assumed) == (names, injected, True)
    assert says in decision.reason
    assert decision.revision == ("" if not called else "canary" if called.startswith(CANARY) else "default")


def test_the_revision_of_the_settings_is_what_the_label_means() -> None:
    decision = decide(namespace(ON), pod(), revision="canary")
    assert decision.called == (CANARY + "namespace.sidecar-injector.istio.io",)
    assert decision.revision == "canary"


def test_a_namespace_that_was_not_read_is_not_taken_as_unlabelled() -> None:
    decision = decide(pod())
    assert (decision.injected, decision.place_known) == (False, False)
    assert "not in the given files" in decision.reason
    assert decide(pod(), whole=None).place_known


def test_the_always_ignored_namespaces() -> None:
    decision = decide(namespace(ON, "kube-system"), pod(place="kube-system"))
    assert (decision.injected, decision.cause) == (False, "ignored namespace")


def test_no_installation_is_assumed_where_all_webhooks_were_read() -> None:
    decision = decide(namespace(ON), pod(), whole=frozenset(MutatingWebhookConfiguration.KINDS))
    assert (decision.injected, decision.assumed, decision.called) == (False, False, ())


def test_an_installation_for_every_namespace() -> None:
    everywhere = injector("policy: enabled", '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}')
    decision = decide(namespace({}), pod(), everywhere)
    assert decision.injected and decision.called == (DEFAULT + "auto.sidecar-injector.istio.io",)
    mesh = MeshGraph(Snapshot(resources=(namespace({}), everywhere)))
    assert injection(mesh).decide_by_default(mesh.all(Namespace)[0]).injected


BOTH = "policy: %s\nneverInjectSelector: [{matchLabels: {app: a}}]\nalwaysInjectSelector: [{}, {matchLabels: {app: b}}]"


@pytest.mark.parametrize(
    ("policy", "labels", "injected", "cause"),
    [
        ("enabled", {}, True, "policy"),
        ("enabled", {"app": "a"}, False, "never selected"),
        ("enabled", {"app": "a", INJECT: "true"}, True, "pod"),
        ("disabled", {}, False, "policy"),
        ("disabled", {"app": "b"}, True, "always selected"),
        ("disabled", {INJECT: "true"}, True, "pod"),
        ("sometimes", {INJECT: "true"}, False, "off"),
    ],
)
def test_the_policy_of_the_injector(policy: str, labels: Labels, injected: bool, cause: str) -> None:
    decision = decide(namespace(ON), pod(labels), injector(BOTH % policy))
    assert (decision.injected, decision.cause) == (injected, cause)


def test_webhooks_of_the_input_replace_the_assumed_ones() -> None:
    tag = configuration("istio-revision-tag-prod", {REV: "1-24", "istio.io/tag": "prod"}, webhook({REV: "prod"}))
    decision = decide(namespace({REV: "prod"}), pod(), tag, injector("policy: disabled", revision="1-24"))
    assert (decision.revision, decision.injected, decision.assumed) == ("1-24", False, False)
    assert (
        "but no webhook of the input is for that label; there are 1-24, prod."
        in decide(namespace(ON), pod(), tag).reason
    )
    assert "did you mean prod?" in decide(namespace({REV: "prd"}), pod(), tag).reason


@pytest.mark.parametrize(
    ("rules", "called"),
    [
        ([PODS], True),
        ([], False),
        ([{**PODS, "operations": ["UPDATE"]}], False),
        ([{**PODS, "resources": ["pods/status"]}], False),
        ([{**PODS, "apiGroups": ["apps"]}, {**PODS, "resources": ["*"], "operations": ["*"]}], True),
        ([{**PODS, "scope": "Cluster"}], False),
    ],
)
def test_only_webhooks_for_new_pods_are_called(rules: list[Any], called: bool) -> None:
    found = decide(namespace(ON), pod(), configuration("injector", {}, webhook(ON, rules=rules)))
    assert bool(found.called) == found.injected == called


def test_what_cannot_be_evaluated_is_said() -> None:
    only = webhook(ON, matchConditions=[{"name": "x", "expression": "false"}])
    assert "matchConditions" in decide(namespace(ON), pod(), configuration("injector", {}, only)).reason


def test_two_webhooks_for_one_pod() -> None:
    two = [configuration("b", {REV: "new"}, webhook(ON)), configuration("a", {REV: "old"}, webhook(ON))]
    decision = decide(namespace(ON), pod(), *two)
    name = "namespace.sidecar-injector.istio.io"
    assert decision.called == (f"a/{name}", f"b/{name}")
    assert "2 webhooks are called" in decision.reason


@pytest.mark.skipif(not INSTALL.exists(), reason="needs the recorded decisions")
def test_every_recorded_decision() -> None:
    groups = defaultdict(list)
    with open(INSTALL / "injection-decisions.csv", newline="") as file:
        for row in csv.DictReader(file):
            groups[row["install"]].append(row)
    assert sum(map(len, groups.values())) == 4608
    for install, rows in groups.items():
        installed = read_files([str(INSTALL / f"{name}.yaml") for name in install.split("+")]).resources
        cases = [r for number, row in enumerate(rows) for r in recorded(row, f"case-{number}")]
        mesh = MeshGraph(Snapshot(resources=(*cases, *installed)))
        for number, workload in enumerate(mesh.all(Workload)[: len(rows)]):
            decision = injection(mesh).decide(workload)
            called = " ".join(name.removesuffix(".sidecar-injector.istio.io") for name in decision.called)
            wanted = rows[number]["webhooks called"], rows[number]["injected"] == "true"
            assert (called, decision.injected) == wanted, rows[number]


def recorded(row: Mapping[str, str], place: str) -> tuple[Resource, Resource]:
    """The Namespace and the Pod of a recorded decision."""
    around = {key: row[f"namespace {key}"] for key in ("istio-injection", REV) if row[f"namespace {key}"]}
    own = {key: row[f"pod label {key}"] for key in (INJECT, REV) if row[f"pod label {key}"]}
    annotation = row[f"pod annotation {INJECT}"] or None
    return namespace(around, place), pod(own, annotation, place, row["hostNetwork"] == "true")
