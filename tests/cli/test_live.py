"""Live clusters as users meet them: findings as from files, the gate before apply, several clusters, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from meshctl.analysis.registry import choose, load
from meshctl.sources.files import read_files
from tests.apiserver import ApiServer, Fault, Rule, User
from tests.cli.command import BOOKSHOP, Done
from tests.cli.command import inside as meshctl

Start = Callable[..., ApiServer]

GOOD = """apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{name: http, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web]
  http:
  - route: [{destination: {host: web}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: gone, namespace: shop}
spec: {host: gone}
"""


def objects(text: str, tmp_path: Path) -> list[Any]:
    file = tmp_path / "objects.yaml"
    file.write_text(text)
    return [resource.data for resource in read_files([str(file)]).resources]


def bookshop() -> list[Any]:
    return [resource.data for resource in read_files([BOOKSHOP]).resources]


def live(tmp_path: Path, *arguments: str, **more: Any) -> Done:
    return meshctl(*arguments, "--kubeconfig", str(tmp_path / "config"), "--no-config", **more)


def findings(done: Done) -> list[tuple[Any, ...]]:
    """What is said about which field, without places; sorted, since live objects have no lines to sort by."""
    found = json.loads(done.out)["findings"]
    resource = ("cluster", "group", "kind", "namespace", "name")
    return sorted(
        (f["code"], f["name"], f["severity"], f["message"], f["fix"], f["path"], *(f["resource"][k] for k in resource))
        for f in found
        if not f["code"].startswith("MSH00")
    )


def about(done: Done) -> list[tuple[str, str]]:
    return [
        (f["code"], f"{f['resource']['cluster']}/{f['resource']['name']}") for f in json.loads(done.out)["findings"]
    ]


def test_a_live_cluster_says_what_its_files_say(tmp_path: Path, api_server: Start) -> None:
    api_server(bookshop()).kubeconfig(tmp_path / "config")
    files = meshctl("analyze", BOOKSHOP, "--complete", "--no-config", "-o", "json")
    cluster = live(tmp_path, "analyze", "-o", "json")
    assert findings(cluster) == findings(files) != []
    assert (cluster.code, cluster.err) == (1, "")
    assert json.loads(cluster.out)["inputs"] == ["context test"]
    assert not any("location" in f for f in json.loads(cluster.out)["findings"])


@pytest.mark.parametrize(
    "command",
    [("inject-check", "shop"), ("inject-check", "-A"), ("overhead",), ("graph", "-o", "mermaid")],
    ids=" ".join,
)
def test_the_other_commands_as_well(tmp_path: Path, api_server: Start, command: tuple[str, ...]) -> None:
    api_server(bookshop()).kubeconfig(tmp_path / "config")
    files = meshctl(*command, "-f", BOOKSHOP, "--complete", "--no-config", "--fail-on", "never")
    cluster = live(tmp_path, *command, "--fail-on", "never")
    tables = [[line for line in done.out.splitlines() if BOOKSHOP not in line] for done in (files, cluster)]
    if command[0] == "graph":
        assert tables[0] == tables[1]
    else:
        assert tables[0][:10] == tables[1][:10]


def test_only_what_the_chosen_checks_look_at_is_read(tmp_path: Path, api_server: Start) -> None:
    server = api_server(bookshop())
    server.kubeconfig(tmp_path / "config")
    live(tmp_path, "analyze", "--select", "IST0150")
    (check,) = choose(load(), ["IST0150"], [])
    assert {request.resource for request in server.requests if request.verb == "list"} == {
        f"{kind.kind.lower()}s" for kind in check.reads
    }


def test_a_forbidden_kind_skips_its_checks_and_nothing_is_called_missing(tmp_path: Path, api_server: Start) -> None:
    everything_but = tuple(Rule((kind,), verbs=("list",)) for kind in ("namespaces", "virtualservices", "sidecars"))
    server = api_server(objects(GOOD, tmp_path), users=[User("limited", everything_but)])
    server.kubeconfig(tmp_path / "config", user="limited")
    select = ("--select", "IST0101", "--select", "IST0150", "--select", "MSH401")
    done = live(tmp_path, "analyze", "-o", "json", *select)
    report = json.loads(done.out)
    assert done.code == 3 and report["findings"] == []
    assert {s["analyzer"] for s in report["summary"]["skipped"]} >= {
        "IST0101 virtualservice-destination-host-not-found"
    }
    assert "MSH401 virtualservice-delegate-has-hosts" not in {s["analyzer"] for s in report["summary"]["skipped"]}
    assert any(unread["what"] == "services" for unread in report["summary"]["unread"])


def test_files_over_a_cluster_report_what_they_cause(tmp_path: Path, api_server: Start) -> None:
    api_server(objects(GOOD, tmp_path)).kubeconfig(tmp_path / "config")
    (tmp_path / "new.yaml").write_text(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\n"
        "spec:\n  hosts: [web]\n  http:\n  - route: [{destination: {host: wbe}}]\n"
    )
    done = live(tmp_path, "analyze", "--live", str(tmp_path / "new.yaml"), "-o", "json")
    (found,) = json.loads(done.out)["findings"]
    assert (found["code"], found["location"]["startLine"], done.code) == ("IST0101", 7, 1)
    assert "does not exist" in found["message"] and "web" in found["fix"]
    everything = live(tmp_path, "analyze", "--live", "--untouched", str(tmp_path / "new.yaml"), "-o", "json")
    assert about(everything) == [("IST0101", "/web"), ("IST0174", "/gone")]


def test_files_that_mend_a_cluster_report_nothing(tmp_path: Path, api_server: Start) -> None:
    api_server(objects(GOOD, tmp_path)).kubeconfig(tmp_path / "config", namespace="shop")
    (tmp_path / "new.yaml").write_text(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: gone}\n"
        "  spec: {ports: [{name: http, port: 80}]}\n"
    )
    done = live(tmp_path, "analyze", "--live", str(tmp_path / "new.yaml"), "-o", "json", "--fail-on", "info")
    assert (about(done), done.code) == ([], 0)


def test_a_file_that_breaks_something_live(tmp_path: Path, api_server: Start) -> None:
    api_server(objects(GOOD, tmp_path)).kubeconfig(tmp_path / "config")
    (tmp_path / "new.yaml").write_text(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: other, namespace: shop}\n"
        "spec:\n  hosts: [web]\n  http:\n  - route: [{destination: {host: web}}]\n"
    )
    done = live(tmp_path, "analyze", "--live", str(tmp_path / "new.yaml"), "-o", "json")
    assert {code for code, _ in about(done)} == {"IST0109"}


def test_several_clusters(tmp_path: Path, api_server: Start) -> None:
    for name in ("east", "west"):
        api_server(objects(GOOD, tmp_path), name=name).kubeconfig(tmp_path / "config")
    both = live(tmp_path, "analyze", "--context", "east", "--context", "west", "-o", "json")
    assert about(both) == [("IST0174", "east/gone"), ("IST0174", "west/gone")]
    assert json.loads(both.out)["inputs"] == ["context east", "context west"]


def test_a_dead_cluster_is_named_and_changes_nothing_for_the_others(tmp_path: Path, api_server: Start) -> None:
    servers = [api_server(objects(GOOD, tmp_path), name=name) for name in ("east", "north", "west")]
    for server in servers:
        server.kubeconfig(tmp_path / "config")
    arguments = ("analyze", "-o", "json", "--context", "east", "--context", "north")
    well = live(tmp_path, *arguments)
    servers[2].faults.all.append(Fault("virtualservices", kill=True, cut=0.5))
    ill = live(tmp_path, *arguments, "--context", "west")
    assert [f for f in json.loads(ill.out)["findings"] if f["resource"]["cluster"] != "west"] == json.loads(well.out)[
        "findings"
    ]
    assert ill.code == 3
    assert all("west" in unread["what"] for unread in json.loads(ill.out)["summary"]["unread"])


def test_the_contexts_of_the_configuration(tmp_path: Path, api_server: Start) -> None:
    for name in ("east", "west"):
        api_server(objects(GOOD, tmp_path), name=name).kubeconfig(tmp_path / "config")
    (tmp_path / ".meshctl.yaml").write_text("contexts: [west]\n")
    done = meshctl("analyze", "--kubeconfig", str(tmp_path / "config"), "-o", "json", cwd=tmp_path)
    assert json.loads(done.out)["inputs"] == ["context west"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("analyze", "x.yaml", "--context", "east"), "files are read, so no cluster is"),
        (("analyze", "--live"), "--live needs the files that go over the cluster"),
        (("analyze", "--untouched"), "--untouched belongs to --live"),
        (("analyze", "--live", "x.yaml", "--context", "east", "--context", "west"), "--live takes one cluster"),
        (("analyze", "--context", "eats"), "there is no context eats in the kubeconfig: did you mean east?"),
    ],
    ids=["files and a context", "nothing over", "untouched", "two", "unknown"],
)
def test_wrong_calls(tmp_path: Path, api_server: Start, arguments: tuple[str, ...], words: str) -> None:
    for name in ("east", "west"):
        api_server(name=name).kubeconfig(tmp_path / "config")
    (tmp_path / "x.yaml").write_text(GOOD)
    done = live(tmp_path, *arguments, cwd=tmp_path)
    assert done.code == 2 and words in done.err


def test_without_files_and_kubeconfig_it_says_what_to_name(tmp_path: Path) -> None:
    done = meshctl("analyze", cwd=tmp_path, env={"KUBECONFIG": "", "HOME": str(tmp_path)})
    assert done.code == 2 and "name files or directories, or - for stdin; and there is no kubeconfig" in done.err


def test_ctrl_c_ends_a_read_that_hangs(tmp_path: Path, api_server: Start) -> None:
    asked = Event()
    server = api_server(faults=[Fault("/api", times=None, wait=Event())])
    server.kubeconfig(tmp_path / "config")
    command = [sys.executable, "-m", "meshctl", "analyze", "--kubeconfig", str(tmp_path / "config"), "-o", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not server.requests:
        assert process.poll() is None and not asked.wait(0.02)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=5)
    assert process.returncode == 130
    assert json.loads(out)["error"]["message"] == "interrupted" and "Traceback" not in err


def test_several_clusters_without_permission_for_secrets(tmp_path: Path, api_server: Start) -> None:
    """Secrets tell which clusters are of one mesh; to do without them is no incomplete reading."""
    rules = (Rule(("services", "destinationrules", "serviceentries", "namespaces"), verbs=("list",)),)
    for name in ("east", "west"):
        server = api_server(objects(GOOD, tmp_path), name=name, users=[User("limited", rules)])
        server.kubeconfig(tmp_path / "config", user="limited")
    both = ("--context", "east", "--context", "west")
    done = live(tmp_path, "analyze", *both, "--select", "IST0174", "-o", "json")
    assert json.loads(done.out)["summary"]["unread"] == []


def test_webhooks_that_may_not_be_read_are_assumed_and_not_called_absent(tmp_path: Path, api_server: Start) -> None:
    everything_but = (Rule(("namespaces", "pods", "deployments"), verbs=("list",)),)
    api_server(bookshop(), users=[User("limited", everything_but)]).kubeconfig(tmp_path / "config", user="limited")
    done = live(tmp_path, "inject-check", "shop")
    assert done.err == "The injection webhooks could not be read: those of a default installation are assumed.\n"
