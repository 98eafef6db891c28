"""`meshctl inject-check` from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from meshctl.cli.app import app
from meshctl.cli.errors import UsageError

WEBHOOK = "namespace.sidecar-injector.istio.io"
INSTALL = Path(__file__).parents[2].parent / "shared" / "istio-install"


def namespace(name: str, **labels: str) -> str:
    body = {"metadata": {"name": name, "labels": {k.replace("_", "-"): v for k, v in labels.items()}}}
    return document("v1", "Namespace", body)


def document(version: str, kind: str, body: dict[str, Any]) -> str:
    return "---\n" + json.dumps({"apiVersion": version, "kind": kind, **body}) + "\n"


def workload(kind: str, name: str, place: str = "shop", *, own: Any = None, pod: Any = None, **spec: Any) -> str:
    """A workload with one container; `own` are its labels, `pod` those of its pods."""
    replicas = spec.pop("replicas", None)
    containers = [{"name": name, "image": name, **spec.pop("container", {})}]
    template = {"metadata": {"labels": pod or {}}, "spec": {"containers": containers, **spec}}
    body = {"metadata": {"name": name, "namespace": place, "labels": own or {}}}
    outer: dict[str, Any] = {"template": template}
    if replicas is not None:
        outer["replicas"] = replicas
    if kind == "CronJob":
        outer = {"jobTemplate": {"spec": outer}}
    return document("batch/v1" if "Job" in kind else "apps/v1", kind, {**body, "spec": outer})


def pod(name: str, place: str = "shop", *, proxy: bool = False, of: str = "", phase: str = "Running") -> str:
    """A pod, made by the ReplicaSet of a Deployment or on its own."""
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{of}-5d4f", "uid": "1", "controller": True}
    labels, owners = ({"pod-template-hash": "5d4f"}, [owner]) if of else ({}, [])
    containers = [{"name": "app", "image": "app"}, *([{"name": "istio-proxy", "image": "proxyv2"}] if proxy else [])]
    metadata = {"name": name, "namespace": place, "labels": labels, "ownerReferences": owners}
    return document("v1", "Pod", {"metadata": metadata, "spec": {"containers": containers}, "status": {"phase": phase}})


def webhooks(name: str, revision: str, key: str, value: str) -> str:
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
    one = {"name": WEBHOOK, "namespaceSelector": {"matchLabels": {key: value}}, "rules": [rule]}
    metadata = {"name": name, "labels": {"istio.io/rev": revision}}
    version = "admissionregistration.k8s.io/v1"
    return document(version, "MutatingWebhookConfiguration", {"metadata": metadata, "webhooks": [one]})


Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def check(tmp_path: Path) -> Run:
    def run(text: str, *arguments: str) -> tuple[int, dict[str, Any]]:
        done = invoke(tmp_path, text, *arguments, "-o", "json")
        assert done.exception is None, done.output
        return done.return_value, json.loads(done.stdout)

    return run


def invoke(folder: Path, text: str, *arguments: str) -> Any:
    file = folder / "mesh.yaml"
    file.write_text(text)
    common = ["-f", str(file), "--no-config", "--no-cache"]
    return CliRunner().invoke(app, ["inject-check", *arguments, *common], standalone_mode=False)


def by_name(report: dict[str, Any]) -> dict[str, Any]:
    return {row["resource"]["name"]: row for row in report["workloads"]}


def test_a_row_says_what_decides_and_what_to_do(check: Run) -> None:
    mesh = namespace("shop", istio_injection="enabled") + workload("Deployment", "cart")
    _, report = check(mesh + pod("cart-5d4f-a", of="cart") + pod("cart-5d4f-b", of="cart", proxy=True), "shop")
    assert report["workloads"] == [
        {
            "resource": {
                "cluster": "",
                "group": "apps",
                "version": "v1",
                "kind": "Deployment",
                "namespace": "shop",
                "name": "cart",
            },
            "expected": True,
            "actual": False,
            "webhooks": [f"istio-sidecar-injector/{WEBHOOK}"],
            "revision": "default",
            "reason": "Namespace shop has istio-injection=enabled. 1 of its 2 pods has a proxy.",
            "fix": "Restart it: kubectl rollout restart deployment/cart -n shop.",
            "pods": {"total": 2, "withProxy": 1},
            "ambient": False,
            "assumed": True,
        }
    ]
    assert [(f["code"], f["resource"]["name"]) for f in report["findings"]] == [("IST0103", "cart-5d4f-a")]


def test_actual_is_what_pods_have_and_null_without_any(check: Run) -> None:
    mesh = namespace("shop", istio_injection="enabled") + workload("Deployment", "cart")
    done = pod("migration", proxy=True) + pod("old", phase="Failed")
    _, report = check(mesh + done + workload("StatefulSet", "db", pod={"sidecar.istio.io/inject": "false"}), "shop")
    rows = by_name(report)
    assert {name: (row["expected"], row["actual"]) for name, row in rows.items()} == {
        "cart": (True, None),
        "db": (False, None),
        "migration": (True, True),
        "old": (True, False),
    }
    assert rows["cart"]["fix"] == rows["migration"]["fix"] == ""
    assert rows["db"]["fix"] == "Remove sidecar.istio.io/inject from the labels of the pod if it should have a sidecar."


def test_a_namespace_limits_rows_and_findings_and_all_of_them_are_shown_on_request(check: Run) -> None:
    mesh = namespace("shop", istio_injection="enabled") + namespace("bank") + pod("a") + pod("b", "bank")
    _, report = check(mesh, "shop")
    assert list(by_name(report)) == ["a"]
    assert {f["code"] for f in report["findings"]} == {"IST0103"}
    _, report = check(mesh, "-A")
    assert list(by_name(report)) == ["b", "a"]
    assert {f["code"] for f in report["findings"]} == {"IST0102", "IST0103"}


@pytest.mark.parametrize(
    ("place", "one", "fix"),
    [
        (
            {},
            {"own": {"sidecar.istio.io/inject": "true"}},
            'Move the label sidecar.istio.io/inject: "true" from the Deployment',
        ),
        ({}, {"pod": {"sidecar.istio.io/inject": "True"}}, 'Write sidecar.istio.io/inject: "true" in the labels'),
        ({"istio_injection": "enabled"}, {"hostNetwork": True}, "None is possible"),
        ({"istio_injection": "disabled"}, {}, "kubectl label namespace shop istio-injection=enabled --overwrite"),
        ({"istio_injection": "True"}, {}, "kubectl label namespace shop istio-injection=enabled --overwrite"),
        (
            {},
            {},
            "kubectl label namespace shop istio-injection=enabled, then restart it: kubectl rollout restart deploy",
        ),
    ],
)
def test_what_to_change(check: Run, place: dict[str, str], one: dict[str, Any], fix: str) -> None:
    _, report = check(namespace("shop", **place) + workload("Deployment", "cart", **one), "shop")
    (row,) = report["workloads"]
    assert (row["expected"], row["actual"]) == (False, None)
    assert fix in row["fix"]


def test_webhooks_of_the_input_decide(check: Run) -> None:
    tag = webhooks("istio-revision-tag-prod", "1-24", "istio.io/rev", "prod")
    mesh = tag + document("v1", "Namespace", {"metadata": {"name": "shop", "labels": {"istio.io/rev": "prod"}}})
    _, report = check(mesh + workload("Deployment", "cart"), "shop")
    (row,) = report["workloads"]
    assert (row["webhooks"], row["revision"]) == ([f"istio-revision-tag-prod/{WEBHOOK}"], "1-24")
    assert (row["assumed"], row["expected"]) == (False, True)
    _, report = check(tag + namespace("shop", istio_injection="enabled") + workload("Deployment", "cart"), "shop")
    (row,) = report["workloads"]
    assert row["expected"] is False and "no webhook of the input is for that label" in row["reason"]
    assert row["fix"] == "Make a revision the default one: istioctl tag set default --revision 1-24."


def test_two_webhooks_for_one_pod_are_a_conflict(check: Run) -> None:
    two = webhooks("a", "1", "istio-injection", "enabled") + webhooks("b", "2", "istio-injection", "enabled")
    _, report = check(two + namespace("shop", istio_injection="enabled") + workload("Deployment", "cart"), "shop")
    (row,) = report["workloads"]
    assert row["webhooks"] == [f"a/{WEBHOOK}", f"b/{WEBHOOK}"]
    assert "2 webhooks are called for the same pod" in row["reason"]
    assert row["fix"] == "Let only one of the webhooks select these pods."


def test_ambient_takes_the_place_of_a_sidecar(check: Run) -> None:
    place = document(
        "v1", "Namespace", {"metadata": {"name": "shop", "labels": {"istio.io/dataplane-mode": "ambient"}}}
    )
    _, report = check(place + workload("Deployment", "cart"), "shop")
    (row,) = report["workloads"]
    assert (row["expected"], row["ambient"], row["fix"]) == (False, True, "")
    assert "ifLabeled" not in row and report["rollout"] == []


def test_a_namespace_without_label_shows_what_would_happen(check: Run) -> None:
    ready = {"readinessProbe": {"httpGet": {"port": 80}}}
    mesh = (
        namespace("shop")
        + workload("CronJob", "nightly")
        + workload("StatefulSet", "db", replicas=2)
        + workload("Deployment", "web", replicas=5, container=ready)
        + workload("Deployment", "cart", replicas=2, container=ready)
        + workload("Deployment", "single", replicas=1, container=ready)
        + workload("DaemonSet", "agent", hostNetwork=True)
    )
    _, report = check(mesh, "shop")
    assert [row["resource"]["name"] for row in report["rollout"]] == ["cart", "web", "single", "db", "nightly"]
    assert [row["order"] for row in report["rollout"]] == [1, 2, 3, 4, 5]
    cart = report["rollout"][0]
    assert (cart["pods"], cart["cpuRequest"], cart["memoryRequest"]) == (2, 200, 2 * 128 * 1024**2)
    assert cart["why"] == "stateless, 2 replicas with a readiness probe: restarted one after the other"
    assert report["ifLabeled"] == [
        {
            "cluster": "",
            "namespace": "shop",
            "workloads": 5,
            "pods": 11,
            "cpuRequest": 1100,
            "memoryRequest": 11 * 2**27,
        }
    ]
    rows = by_name(report)
    assert rows["web"]["ifLabeled"] == {"expected": True, "reason": "Namespace shop has istio-injection=enabled."}
    assert rows["agent"]["ifLabeled"]["expected"] is False and "hostNetwork" in rows["agent"]["ifLabeled"]["reason"]


def test_no_forecast_where_the_namespace_has_decided(check: Run) -> None:
    _, report = check(namespace("shop", istio_injection="disabled") + workload("Deployment", "cart"), "shop")
    assert "ifLabeled" not in report["workloads"][0]
    assert (report["ifLabeled"], report["rollout"]) == ([], [])


def test_a_forecast_where_the_labels_of_the_namespace_are_not_known(check: Run) -> None:
    _, report = check(workload("Deployment", "web"), "shop")
    (row,) = report["workloads"]
    assert row["expected"] is False and "is not in the given files" in row["reason"]
    assert row["ifLabeled"] == {"expected": True, "reason": "Namespace shop has istio-injection=enabled."}
    assert [r["resource"]["name"] for r in report["rollout"]] == ["web"]


def test_an_assumption_is_said_once_unless_quiet(tmp_path: Path) -> None:
    mesh = namespace("shop", istio_injection="enabled") + workload("Deployment", "cart")
    done = invoke(tmp_path, mesh, "shop")
    assert done.stderr == "No injection webhook is in the input: a default installation is assumed.\n"
    assert invoke(tmp_path, mesh, "shop", "--quiet").stderr == ""


def test_the_namespace_must_be_in_the_input(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no namespace shap in the input: did you mean shop\?"):
        raise invoke(tmp_path, namespace("shop"), "shap").exception
    with pytest.raises(UsageError, match="which namespace"):
        raise invoke(tmp_path, namespace("shop")).exception


@pytest.mark.skipif(not INSTALL.exists(), reason="needs the manifests of an installation")
def test_an_installation_and_what_it_injected(check: Run) -> None:
    injected = (INSTALL / "injected-default.yaml").read_text()
    _, report = check(injected, "-A", "-f", str(INSTALL / "default.yaml"))
    rows = by_name(report)
    assert (rows["istiod"]["expected"], rows["istiod"]["actual"]) == (False, None)
    carried = [row for name, row in rows.items() if name != "istiod"]
    assert {(row["expected"], row["actual"], row["fix"]) for row in carried} == {(True, True, "")}
    assert rows["istio-ingressgateway"]["assumed"] is False
