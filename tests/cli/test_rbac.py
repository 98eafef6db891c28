"""`meshctl doctor --rbac`: the role is enough for every command that reads clusters, and nothing in it is spare."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from meshctl.analysis.needs import needed_kinds
from meshctl.analysis.registry import load
from meshctl.sources.files import read_files
from meshctl.sources.plurals import has_list, plural
from meshctl.sources.scope import CLUSTER_SCOPED
from tests.apiserver import ADMIN, ApiServer, user_from_roles
from tests.apiserver.kinds import KINDS
from tests.cli.command import BOOKSHOP, ROOT, Done, inside

Start = Callable[..., ApiServer]

CRDS = ROOT.parent / "shared/istio-install/crds.yaml"
COMMANDS = [
    ("analyze",),
    ("analyze", "-A"),
    ("inject-check", "-A"),
    ("inject-check", "shop"),
    ("overhead",),
    ("graph",),
    ("capture",),
]


def objects() -> list[dict[str, Any]]:
    found = [dict(resource.data) for resource in read_files([BOOKSHOP]).resources]
    # A cluster has some kinds only where their operators are installed, and the server where there is an object.
    for kind in filter(has_list, needed_kinds(load()) - {known.key for known in KINDS}):
        place = {} if kind in CLUSTER_SCOPED else {"namespace": "shop"}
        found.append({"apiVersion": f"{kind.group}/v1", "kind": kind.kind, "metadata": {"name": "x", **place}})
    return found


def role(*arguments: str) -> dict[str, Any]:
    done = inside("doctor", "--rbac", "--no-config", *arguments)
    assert (done.code, done.err) == (0, "")
    (written,) = yaml.safe_load_all(done.out)
    assert written["apiVersion"] == "rbac.authorization.k8s.io/v1"
    return written  # type: ignore[no-any-return]


def granted(written: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (verb, group, resource)
        for rule in written["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def start(api_server: Start, tmp_path: Path, *roles: dict[str, Any]) -> ApiServer:
    """A server of which the current context is a user with these roles, and `admin` one who may do everything."""
    server = api_server(objects(), users=[user_from_roles("dev", roles), ADMIN], without=())
    server.kubeconfig(tmp_path / "config", user="dev")
    server.kubeconfig(tmp_path / "config", user="admin", context="admin")
    return server


def run(tmp_path: Path, *arguments: str) -> Done:
    target = ("-o", str(tmp_path / "b.tar.gz")) if arguments[0] == "capture" else ()
    return inside(*arguments, *target, "--no-config", "--kubeconfig", str(tmp_path / "config"))


def test_it_is_enough_and_not_more(tmp_path: Path, api_server: Start) -> None:
    written = role()
    assert written["kind"] == "ClusterRole"
    server = start(api_server, tmp_path, written)
    for command in COMMANDS:
        assert run(tmp_path, *command).code == run(tmp_path, *command, "--context", "admin").code != 3, command
    mine = [request for request in server.requests if request.user == "dev"]
    used = {(request.verb, request.group, request.resource) for request in mine if request.resource}
    assert used == granted(written)
    assert {request.status for request in mine} == {200}


def test_of_a_namespace_as_well(tmp_path: Path, api_server: Start) -> None:
    written = role("-n", "shop")
    assert (written["kind"], written["metadata"]["namespace"]) == ("Role", "shop")
    server = start(api_server, tmp_path, written)
    for command in (("analyze",), ("overhead",), ("inject-check",), ("graph",), ("capture",)):
        done = run(tmp_path, *command, "-n", "shop")
        assert done.code in (0, 1), (command, done.err)
    answered = [request for request in server.requests if request.status == 200 and request.resource]
    assert {(request.verb, request.group, request.resource) for request in answered} == granted(written)
    assert {request.namespace for request in answered} == {"shop"}


def test_the_namespace_of_istio_adds_what_the_mesh_says(tmp_path: Path, api_server: Start) -> None:
    server = start(api_server, tmp_path, role("-n", "shop"), role("-n", "istio-system"))
    assert run(tmp_path, "analyze", "-n", "shop").code != 3
    answered = {request.namespace for request in server.requests if request.status == 200 and request.resource}
    assert answered == {"shop", "istio-system"}


def test_the_role_of_chosen_checks(tmp_path: Path, api_server: Start) -> None:
    written = role("--select", "IST0101", "--ignore", "gateway")
    assert ("list", "", "secrets") not in granted(written) and ("list", "", "services") in granted(written)
    server = start(api_server, tmp_path, written)
    assert run(tmp_path, "analyze", "--select", "IST0101", "--ignore", "gateway").code == 1
    assert server.permissions_used == granted(written)


def test_without_secrets_as_its_comment_says(tmp_path: Path, api_server: Start) -> None:
    text = inside("doctor", "--rbac", "--no-config").out
    flags = [part for line in text.splitlines() if "--ignore" in line for part in line.removeprefix("# ").split()]
    written = role(*flags)
    gone = granted(role()) - granted(written)
    assert gone >= {("list", "", "secrets"), ("list", "external-secrets.io", "externalsecrets")}
    assert {resource for _, group, resource in gone if not group} == {"secrets"}
    server = start(api_server, tmp_path, written)
    done = run(tmp_path, "analyze", *flags)
    assert done.code == 1 and "Not read" not in done.out
    assert ("list", "", "secrets") not in {(r.verb, r.group, r.resource) for r in server.requests}


def test_proxies_add_the_way_to_their_ports() -> None:
    assert granted(role("--proxies")) - granted(role()) == {
        ("create", "", "pods/portforward"),
        ("get", "", "pods/portforward"),
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--rbac", "-o", "json"), "--rbac prints YAML: leave out -o"),
        (("--proxies",), "--proxies belongs to --rbac"),
        (("--rbac", "--select", "IST9999"), "no check is called 'IST9999'"),
    ],
    ids=" ".join,
)
def test_wrong_calls(arguments: tuple[str, ...], words: str) -> None:
    done = inside("doctor", "--no-config", *arguments)
    assert done.code == 2 and words in done.err and done.out.count("apiVersion") == 0


def test_plurals_are_those_of_the_server() -> None:
    assert {kind.key: plural(kind.key) for kind in KINDS} == {kind.key: kind.plural for kind in KINDS}


@pytest.mark.skipif(not CRDS.exists(), reason="there is no recorded installation")
def test_plurals_are_those_of_the_definitions() -> None:
    from meshctl.model.ids import KindKey

    specs = [document["spec"] for document in yaml.safe_load_all(CRDS.read_text()) if document]
    named = {KindKey(spec["group"], spec["names"]["kind"]): spec["names"]["plural"] for spec in specs}
    assert len(named) > 10 and {kind: plural(kind) for kind in named} == named
