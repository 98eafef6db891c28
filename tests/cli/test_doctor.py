"""`meshctl doctor`: what can be read of clusters, and what to do where something cannot."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import jsonschema_rs
import pytest

from tests.apiserver import ADMIN, ApiServer, Fault, Rule, User
from tests.apiserver.record import REVIEWS
from tests.cli.command import BOOKSHOP, ROOT, Done, inside, meshctl
from tests.cli.test_capture import objects

Start = Callable[..., ApiServer]

VALIDATOR = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text()))
# Somebody who sees all of the namespace shop, and Services everywhere.
LIMITED = User(
    "limited",
    (Rule(verbs=("get", "list"), namespaces=("shop",)), Rule(("services", "pods", "namespaces"), ("",), ("list",))),
)


def run(tmp_path: Path, *arguments: str) -> Done:
    return inside("doctor", "--no-config", *arguments, "--kubeconfig", str(tmp_path / "config"))


def report(tmp_path: Path, *arguments: str) -> Any:
    document = json.loads(run(tmp_path, *arguments, "-o", "json").out)
    VALIDATOR.validate(document)
    return document


def rows(tmp_path: Path, *arguments: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """By topic and status."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in report(tmp_path, *arguments)["doctor"]:
        found.setdefault((row["topic"], row["status"]), []).append(row)
    return found


def test_a_cluster_that_can_be_read(tmp_path: Path, api_server: Start) -> None:
    server = api_server(objects(BOOKSHOP))
    server.kubeconfig(tmp_path / "config")
    done = run(tmp_path)
    assert (done.code, done.err) == (0, "")
    assert f"✔   The server {server.url} answers: Kubernetes v1.36.0." in done.out
    assert "Istio is installed: extensions.istio.io/v1alpha1" in " ".join(done.out.split())
    assert done.out.endswith("The cluster can be read.\n")
    assert max(map(len, done.out.splitlines())) <= 80
    assert {status for _, status in rows(tmp_path)} == {"ok"}


def test_only_access_reviews_are_posted(tmp_path: Path, api_server: Start) -> None:
    server = api_server(objects(BOOKSHOP), users=[ADMIN, LIMITED])
    server.kubeconfig(tmp_path / "config", user="limited")
    run(tmp_path)
    posted = {(request.group, request.resource) for request in server.requests if request.method == "POST"}
    assert posted == {("authorization.k8s.io", REVIEWS[0])}
    assert not any(request.resource for request in server.requests if request.method == "GET")


def test_what_is_forbidden_and_the_rules_that_are_missing(tmp_path: Path, api_server: Start) -> None:
    api_server(objects(BOOKSHOP), users=[LIMITED]).kubeconfig(tmp_path / "config", user="limited")
    done = run(tmp_path)
    assert done.code == 3 and done.out.endswith("The cluster cannot be read, or not whole.\n")
    (row,) = rows(tmp_path)["permissions", "problem"]
    rules = {tuple(rule["apiGroups"]): rule for rule in row["rules"] if rule["resources"] != ["secrets"]}
    assert rules[("apps",)] == {
        "apiGroups": ["apps"],
        "resources": ["daemonsets", "deployments", "replicasets", "statefulsets"],
        "verbs": ["list"],
    }
    assert not {"services", "pods", "namespaces"} & set(rules[("",)]["resources"])
    assert "`meshctl doctor --rbac` prints one with all that is needed" in row["fix"]
    unread = {each["what"] for each in report(tmp_path)["summary"]["unread"]}
    assert "virtualservices.networking.istio.io of test" in unread and "services of test" not in unread


def test_the_rules_mend_it(tmp_path: Path, api_server: Start) -> None:
    server = api_server(objects(BOOKSHOP), users=[LIMITED])
    server.kubeconfig(tmp_path / "config", user="limited")
    (row,) = rows(tmp_path)["permissions", "problem"]
    more = [Rule(tuple(r["resources"]), tuple(r["apiGroups"]), tuple(r["verbs"])) for r in row["rules"]]
    server.users["limited"] = User("limited", (*LIMITED.rules, *more))
    assert run(tmp_path).code == 0
    assert inside("analyze", "--kubeconfig", str(tmp_path / "config"), "--no-config", "--fail-on", "never").code == 0


def test_a_namespace_is_enough_where_it_is_asked_for(tmp_path: Path, api_server: Start) -> None:
    api_server(objects(BOOKSHOP), users=[LIMITED]).kubeconfig(tmp_path / "config", user="limited", namespace="shop")
    assert run(tmp_path, "-n", "shop").code == 0
    assert run(tmp_path, "-n", "bank").code == 3
    (row,) = rows(tmp_path)["permissions", "problem"]
    assert "with -n shop alone it may work as it is" in row["fix"]
    outside, mesh = rows(tmp_path, "-n", "shop")["permissions", "note"]
    assert "mutatingwebhookconfigurations.admissionregistration.k8s.io" in outside["message"]
    assert mesh["message"].startswith("Istio's own configuration may not be read") and "-n istio-system" in mesh["fix"]
    kinds = {each["resource"]: each for each in report(tmp_path, "-n", "shop")["doctorKinds"]}
    assert [kinds[name]["list"] for name in ("services", "configmaps", "nodes")] == ["everywhere", "namespace", "no"]
    assert "IST0101" in kinds["virtualservices.networking.istio.io"]["checks"]
    assert kinds["virtualservices.networking.istio.io"]["version"] == "v1"


def test_ways_to_proxies(tmp_path: Path, api_server: Start) -> None:
    forward = User("forward", (*LIMITED.rules, Rule(("pods/portforward",), ("",), ("get", "create"), ("shop",))))
    half = User("half", (Rule(("pods/portforward", "pods/exec"), ("",), ("get",)),))
    server = api_server(users=[forward, half])
    server.kubeconfig(tmp_path / "config", user="forward")
    server.kubeconfig(tmp_path / "config", user="half", context="half")
    (row,) = rows(tmp_path, "-n", "shop")["proxies", "ok"]
    assert "through pods/portforward" in row["message"]
    for arguments in ((), ("--context", "half")):
        (row,) = rows(tmp_path, *arguments)["proxies", "note"]
        assert row["rules"] == [{"apiGroups": [""], "resources": ["pods/portforward"], "verbs": ["create", "get"]}]


def test_chosen_checks_need_less(tmp_path: Path, api_server: Start) -> None:
    api_server(objects(BOOKSHOP), users=[LIMITED]).kubeconfig(tmp_path / "config", user="limited")
    done = run(tmp_path, "--select", "IST0150")
    assert done.code == 0 and "All 2 kinds that are needed may be listed" in done.out


def test_other_meshes_and_none(tmp_path: Path, api_server: Start) -> None:
    istio = [f"{group}.istio.io" for group in ("extensions", "networking", "security", "telemetry")]
    gone = [*istio, "gateway.networking.k8s.io"]
    link = {"apiVersion": "policy.linkerd.io/v1beta3", "kind": "Server", "metadata": {"name": "s", "namespace": "a"}}
    api_server(name="none", without=gone).kubeconfig(tmp_path / "config")
    api_server([link], name="linkerd", without=gone).kubeconfig(tmp_path / "config")
    found = rows(tmp_path, "--context", "none", "--context", "linkerd")
    assert [row["context"] for row in found["mesh", "note"]] == ["none"]
    assert [row["message"] for row in found["mesh", "ok"]] == ["Linkerd is installed: policy.linkerd.io/v1beta3."]


def test_old_servers_and_wrong_clocks_are_noted(
    tmp_path: Path, api_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    from meshctl.sources.cluster import examine
    from meshctl.sources.cluster.connection import Answer

    now = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
    for seconds, skew in ((0, 0.0), (-40, -39.0), (90, 90.0), (-0.9, 0.0)):
        date = (now + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        assert examine._skew(Answer(200, b"", date), now.timestamp(), now.timestamp()) == skew
    assert examine._skew(Answer(200, b"", ""), 0, 0) is None
    api_server(kubernetes="1.24").kubeconfig(tmp_path / "config")
    (row,) = rows(tmp_path)["server", "note"]
    assert "Kubernetes v1.24.0" in row["message"] and "not tested with servers before 1.26" in row["fix"]


@pytest.mark.parametrize(
    ("fault", "words", "fix"),
    [
        (Fault("/api", times=None, status=401), "does not accept the credentials", "Log in again"),
        (
            Fault("/version|/api", times=None, text=b"<html>"),
            "does not answer as a Kubernetes API server",
            "kubectl get --raw",
        ),
        (Fault("/version", times=None, cut=0), "broke", "kubectl get --raw /version"),
        (Fault("/api", times=None, wait=Event()), "did not answer within 1 s", "--timeout SECONDS"),
    ],
    ids=["credentials", "something else", "broken", "slow"],
)
def test_a_cluster_that_cannot_be_asked(tmp_path: Path, api_server: Start, fault: Fault, words: str, fix: str) -> None:
    api_server(faults=[fault], name="ill").kubeconfig(tmp_path / "config")
    api_server(name="well").kubeconfig(tmp_path / "config")
    found = rows(tmp_path, "--context", "ill", "--context", "well", "--timeout", "1")
    (row,) = found["server", "problem"]
    assert row["context"] == "ill" and words in row["message"] and fix in row["fix"]
    assert [row["context"] for row in found["permissions", "ok"]] == ["well"]


def test_all_clusters_are_named(tmp_path: Path, api_server: Start) -> None:
    for name in ("east", "north", "west"):
        api_server(name=name).kubeconfig(tmp_path / "config")
    api_server(name="dead").kubeconfig(tmp_path / "config")
    config = (tmp_path / "config").read_text()
    assert "dead" in config
    done = run(tmp_path, "--context", "east", "--context", "west")
    assert done.code == 0 and done.out.endswith("All 2 clusters can be read.\n")
    assert done.err == "Other contexts of the kubeconfig: dead, north (--context NAME).\n"
    assert run(tmp_path, "--context", "east", "-q").err == ""


def test_reviews_that_are_not_answered(tmp_path: Path, api_server: Start) -> None:
    """Nothing is called forbidden because of it."""
    fault = Fault("selfsubjectaccessreviews", times=None, status=404)
    api_server(faults=[fault]).kubeconfig(tmp_path / "config")
    found = rows(tmp_path)
    assert ("permissions", "problem") not in found and ("permissions", "ok") not in found
    assert "The server does not say whether" in found["permissions", "note"][0]["message"]
    assert run(tmp_path).code == 0


def test_without_a_kubeconfig(tmp_path: Path) -> None:
    done = meshctl("doctor", "--no-config", env={"KUBECONFIG": "", "HOME": str(tmp_path)})
    assert done.code == 2 and "no cluster to look at: there is no kubeconfig" in done.err


def test_groups_whose_server_does_not_run(tmp_path: Path, api_server: Start) -> None:
    """Those of which something is needed are a problem, others are none of our business."""
    stale = [{"version": "v1", "freshness": "Stale"}]
    groups = [{"metadata": {"name": name}, "versions": stale} for name in ("batch", "custom.metrics.k8s.io")]
    text = json.dumps({"kind": "APIGroupDiscoveryList", "items": groups}).encode()
    api_server(faults=[Fault("^/apis", times=None, text=text)]).kubeconfig(tmp_path / "config")
    (row,) = rows(tmp_path, "--ignore", "ALL")["groups", "problem"]
    assert row["message"] == "The kinds of batch are not served: its API server is not available."
    assert run(tmp_path).code == 3
