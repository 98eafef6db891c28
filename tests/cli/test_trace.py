"""`meshctl trace` from the command line: what people see, formats, exit codes, a live cluster."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from meshctl.reports.formats import FORMATS
from meshctl.sources.files import read_files
from tests.apiserver import ApiServer, Rule, User
from tests.cli.command import ROOT, Done, inside, meshctl

GOLDEN = Path(__file__).parent / "traces"
MESHES = ROOT / "fixtures/meshes"
SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text(encoding="utf-8")))
DETAILS = ("productpage", "http://details:9080/details/0", "-f", "bookinfo")
REVIEWS = ("productpage", "reviews", "-f", "bookinfo")
SHOWN = {
    "served": DETAILS,
    "parts-that-fail": (*REVIEWS, "--header", "Cookie=a"),
    "through-gateways": ("sleep.sleep", "http://edition.cnn.example.com/politics", "-f", "egress"),
    "ambient": ("curl.clients", "http://reviews.bookinfo:9080/reviews/0", "-f", "ambient"),
    "not-known": ("sleep.sleep", "http://unknown.example.org/", "-f", "egress"),
}


@pytest.fixture(autouse=True)
def at_the_meshes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MESHES)
    monkeypatch.setenv("COLUMNS", "80")


def trace(*arguments: str) -> Done:
    return inside("trace", *arguments, "--no-config")


def report(*arguments: str) -> dict[str, Any]:
    done = trace(*arguments, "-o", "json")
    value: dict[str, Any] = json.loads(done.out)
    SCHEMA.validate(value)
    return value


@pytest.mark.parametrize("name", SHOWN)
def test_what_people_see(name: str) -> None:
    done = trace(*SHOWN[name])
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("MESHCTL_UPDATE"):
        file.write_text(done.out, encoding="utf-8")
    assert done.out == file.read_text(encoding="utf-8")
    assert all(len(line) <= 80 for line in done.out.splitlines())


@pytest.mark.parametrize("name", SHOWN)
def test_the_json_fits_the_schema(name: str) -> None:
    found = report(*SHOWN[name])
    assert [row["step"] for row in found["trace"]] == list(range(1, len(found["trace"]) + 1))
    assert sum(row["share"] for row in found["traceOutcomes"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("arguments", "served"),
    [
        (("outside", "http://books.example.com/productpage", "-f", "bookinfo"), "productpage-v1"),
        (("outside", "https://www.shop.example.com/pay/now", "-f", "gateway-api"), "payments"),
        (("web.shop", "reviews", "--header", "x-preview: true", "-f", "gateway-api"), "reviews-v2"),
        (("cart", "http://api.bank.example/", "-f", "healthy"), "bank"),
        (("outside", "https://shop.example.com/cart", "-f", "healthy"), "frontend"),
        (("deploy/frontend", "svc/shop/cart", "-f", "healthy"), "cart"),
        (("frontend", "catalogue", "--path", "/", "-n", "shop", "-f", "healthy"), "catalogue-v1"),
    ],
)
def test_requests_that_arrive(arguments: tuple[str, ...], served: str) -> None:
    found = report(*arguments)
    assert {row["end"] for row in found["traceOutcomes"]} == {"served"}
    assert found["traceOutcomes"][0]["by"][0]["name"] == served
    assert found["findings"] == []


def test_without_characters_beyond_ascii() -> None:
    done = meshctl("trace", *REVIEWS, "--no-config", cwd=MESHES, env={"PYTHONIOENCODING": "ascii"})
    assert done.out.isascii()
    assert " 1 + client " in done.out and " 8 x access " in done.out and " 3 - route " in done.out


def test_secrets_of_the_request_stay_away() -> None:
    for name in FORMATS:
        done = trace(*DETAILS, "--header", "Authorization: Bearer abc", "-o", name)
        assert "Bearer" not in done.out and done.err == ""


@pytest.mark.parametrize(
    ("flags", "code"), [((), 1), (("--fail-on", "never"), 0), (("--fail-on", "info"), 1), (("--ignore", "MSH501"), 0)]
)
def test_exit_codes_of_a_failure(flags: tuple[str, ...], code: int) -> None:
    assert trace(*REVIEWS, *flags).code == code


def test_exit_codes_of_what_is_not_known() -> None:
    assert trace(*SHOWN["not-known"]).code == 0
    assert trace(*SHOWN["not-known"], "--fail-on", "info").code == 1


def test_what_could_not_be_read_goes_before(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [\n")
    done = trace(*REVIEWS, "-f", str(broken))
    assert done.code == 3 and "fails with 403 (RBAC)" in done.out


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_red(name: str) -> None:
    done = trace(*REVIEWS, "-o", name)
    assert done.code == 1
    assert ("MSH501" in done.out) or name == "csv"
    if name == "junit":
        assert [case.get("classname") for case in ET.fromstring(done.out).iter("testcase") if len(case)] == [
            "meshctl.MSH501"
        ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("prodctpage", "details"), "no workload 'prodctpage'; did you mean productpage?"),
        (("productpage.bokinfo", "details"), "no namespace bokinfo: did you mean bookinfo?"),
        (
            ("productpage", "detials"),
            "there is no Service for detials.bookinfo.svc.cluster.local in the input: did you",
        ),
        (("productpage", "svc/detials"), "did you mean service/bookinfo/details?"),
        (("productpage", "ftp://details"), "ftp:// is none of the protocols"),
        (("productpage", "details", "--header", "jason"), "--header 'jason' has no value"),
        (("productpage", "details", "--header", "end user=jason"), "'end user' is no name of a header"),
        (("productpage", "details", "--method", "G T"), "'G T' is no method"),
        (("productpage", "details:80", "--port", "81"), "are two: say one"),
        (("productpage", "details", "--path", "x"), "--path x is no path"),
        (("svc/reviews", "details"), "'svc/reviews' means several workloads: deployment/bookinfo/reviews-v1"),
    ],
)
def test_what_is_not_understood(arguments: tuple[str, ...], says: str) -> None:
    done = trace(*arguments, "-f", "bookinfo")
    assert (done.code, done.out) == (2, "")
    assert says in done.err and done.err.count("\n") == 1


def test_who_is_looked_for_in_what_was_not_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [\n", encoding="utf-8")
    done = trace("web", "details", "-f", str(broken))
    assert (done.code, done.out) == (2, "")
    assert f"the input holds no workload 'web' (not read: {broken}:1: A value was expected here)" in done.err


Start = Callable[..., ApiServer]


WEBHOOK = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "MutatingWebhookConfiguration",
    "metadata": {"name": "istio-sidecar-injector", "labels": {"istio.io/rev": "default"}},
    "webhooks": [
        {
            "name": "namespace.sidecar-injector.istio.io",
            "namespaceSelector": {"matchLabels": {"istio-injection": "enabled"}},
            "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}],
        }
    ],
}


def objects() -> list[Any]:
    return [*(resource.data for resource in read_files(["bookinfo"]).resources), WEBHOOK]


def test_a_live_cluster(tmp_path: Path, api_server: Start) -> None:
    api_server(objects()).kubeconfig(tmp_path / "config")
    flags = ("--kubeconfig", str(tmp_path / "config"), "-n", "bookinfo")
    found = report("productpage", "reviews", *flags)
    files = report(*REVIEWS)
    assert [row["text"] for row in found["trace"]] == [row["text"] for row in files["trace"]]
    assert {row["location"] for row in found["trace"]} == {None}
    text = trace("productpage", "reviews", *flags).out
    assert "               AuthorizationPolicy bookinfo/allow-nothing spec\n" in text


def test_what_may_not_be_read_is_not_called_missing(tmp_path: Path, api_server: Start) -> None:
    istio = ("virtualservices", "sidecars", "peerauthentications", "authorizationpolicies", "configmaps")
    rules = (Rule(("namespaces", "services", "pods", "deployments", *istio), verbs=("list",)),)
    api_server(objects(), users=[User("limited", rules)]).kubeconfig(tmp_path / "config", user="limited")
    done = trace("productpage", "details", "--kubeconfig", str(tmp_path / "config"), "-o", "json")
    (outcome,) = json.loads(done.out)["traceOutcomes"]
    assert (done.code, outcome["end"]) == (3, "depends")
    assert "The subset v1 of details.bookinfo is not in what was read" in outcome["text"]


def test_two_clusters_that_are_no_mesh(tmp_path: Path, api_server: Start) -> None:
    east = [one for one in objects() if one["metadata"]["name"] != "details-v1"]
    west = [one for one in objects() if one["metadata"]["name"] in ("details", "details-v1", "bookinfo")]
    for name, those in (("east", east), ("west", west)):
        api_server(those, name=name).kubeconfig(tmp_path / "config")
    both = ("--context", "east", "--context", "west", "--kubeconfig", str(tmp_path / "config"))
    found = report("productpage", "details", *both)
    assert found["trace"][0]["resource"]["cluster"] == "east"
    (outcome,) = found["traceOutcomes"]
    assert outcome["flag"] == "UH", "no secret lets the control plane of the one read the other"


def test_a_cluster_without_any_mesh(tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    file.write_text(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: web}]}\n---\n"
        "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
        "spec: {selector: {app: cart}, ports: [{port: 80}]}\n"
    )
    done = trace("pod/web", "cart", "-f", str(file))
    assert done.code == 1 and "MSH501" in done.out
    assert "behind Service shop/cart: the connection is refused." in " ".join(done.out.split())
