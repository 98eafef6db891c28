"""`meshctl capture`: a live cluster carried away says offline what it said live, and no secret goes with it."""

import base64
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meshctl.sources.files import read_files
from tests.apiserver import ADMIN, ApiServer, Fault, Rule, User
from tests.cli.command import BOOKSHOP, ROOT, Done, inside, meshctl
from tests.sources.bundles import contents

Start = Callable[..., ApiServer]

SECRET = "hunter2Xq9vT7bLmZ"


def objects(*paths: str) -> list[Any]:
    return [dict(resource.data) for resource in read_files(paths).resources]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Done:
    files = "-f" in arguments or any(argument.endswith(".tar.gz") for argument in arguments[1:2])
    return inside(*arguments, "--no-config", *(() if files else ("--kubeconfig", "config")))


def findings(done: Done) -> list[dict[str, Any]]:
    """Without the places in files; in an order of their own, since live objects have no lines to sort by."""
    found = json.loads(done.out)["findings"]
    plain = [{key: f.get(key) for key in f if key not in ("location", "fingerprint")} for f in found]
    for each in plain:
        each["related"] = [{k: v for k, v in related.items() if k != "location"} for related in each["related"]]
    return sorted(plain, key=json.dumps)


def test_a_bundle_says_what_the_cluster_says(tmp_path: Path, api_server: Start) -> None:
    api_server(objects(BOOKSHOP)).kubeconfig(tmp_path / "config")
    live = run("analyze", "-o", "json")
    done = run("capture")
    name = done.out.strip()
    assert done.code == 0 and name.startswith("meshctl-test-") and name.endswith(".tar.gz")
    assert done.err.startswith("Wrote 67 objects of 16 kinds of context test to meshctl-test-")
    offline = run("analyze", name, "-o", "json")
    assert findings(offline) == findings(live) != []
    assert (offline.code, json.loads(offline.out)["summary"]) == (live.code, json.loads(live.out)["summary"])


@pytest.mark.parametrize("command", [("inject-check", "-A"), ("overhead",), ("graph",)], ids=" ".join)
def test_the_other_commands_read_it(tmp_path: Path, api_server: Start, command: tuple[str, ...]) -> None:
    api_server(objects(BOOKSHOP)).kubeconfig(tmp_path / "config")
    run("capture", "-o", "b.tar.gz")
    live, offline = (json.loads(run(*command, *given, "-o", "json").out) for given in ((), ("-f", "b.tar.gz")))
    tables = live.keys() - {"inputs", "findings", "summary", "tool", "schemaVersion"}
    assert tables and any(live[key] for key in tables)
    assert {key: offline[key] for key in tables} == {key: live[key] for key in tables}


def test_several_clusters_in_one_bundle(tmp_path: Path, api_server: Start) -> None:
    folder = ROOT / "fixtures/meshes/multicluster"
    names = ("cluster-east", "cluster-west")
    for name in names:
        given = [*objects(str(folder / name)), *objects(BOOKSHOP)] if name == names[0] else objects(str(folder / name))
        api_server(given, name=name).kubeconfig(tmp_path / "config")
    contexts = [part for name in names for part in ("--context", name)]
    live = run("analyze", *contexts, "-o", "json")
    done = run("capture", *contexts)
    assert done.code == 0 and done.out.startswith("meshctl-2-clusters-") and " of 2 clusters to " in done.err
    offline = run("analyze", done.out.strip(), "-o", "json")
    assert findings(offline) == findings(live)
    assert {f["resource"]["cluster"] for f in findings(live)} == set(names)


def test_a_dead_cluster_is_named_in_the_bundle(tmp_path: Path, api_server: Start) -> None:
    servers = [api_server(objects(BOOKSHOP), name=name) for name in ("east", "west")]
    for server in servers:
        server.kubeconfig(tmp_path / "config")
    servers[1].faults.all.append(Fault("/api", times=None, status=403, message="no"))
    done = run("capture", "--context", "east", "--context", "west", "-o", "b.tar.gz")
    assert done.code == 3 and "meshctl: not read: cluster west: it does not say what it serves" in done.err
    manifest = json.loads(contents(tmp_path / "b.tar.gz")["manifest.json"])
    assert [cluster["name"] for cluster in manifest["clusters"]] == ["east", "west"]
    assert [each["what"] for each in manifest["unread"]] == ["cluster west"]
    offline = run("analyze", "b.tar.gz", "-o", "json")
    assert offline.code == 3
    assert [each["what"] for each in json.loads(offline.out)["summary"]["unread"]] == ["cluster west"]
    assert {f["resource"]["cluster"] for f in findings(offline)} == {"east"}


def test_what_is_forbidden_is_named_and_nothing_is_called_missing(tmp_path: Path, api_server: Start) -> None:
    limited = User("limited", tuple(Rule((name,), verbs=("list",)) for name in ("virtualservices", "namespaces")))
    api_server(objects(BOOKSHOP), users=[limited]).kubeconfig(tmp_path / "config", user="limited")
    done = run("capture", "-o", "b.tar.gz")
    assert done.code == 3 and "meshctl: not read: services: forbidden" in done.err
    live, offline = (run("analyze", *given, "-o", "json") for given in ((), ("b.tar.gz",)))
    assert findings(offline) == findings(live)
    assert "IST0101" not in {finding["code"] for finding in findings(offline)}
    skipped = [{s["analyzer"] for s in json.loads(each.out)["summary"]["skipped"]} for each in (live, offline)]
    assert skipped[0] == skipped[1] and len(skipped[0]) > 50


def test_one_namespace(tmp_path: Path, api_server: Start) -> None:
    server = api_server(objects(BOOKSHOP))
    server.kubeconfig(tmp_path / "config")
    namespace = next(o["metadata"]["namespace"] for o in objects(BOOKSHOP) if o["kind"] == "VirtualService")
    run("capture", "-n", namespace, "-o", "b.tar.gz")
    places = {name.split("/")[2] for name in contents(tmp_path / "b.tar.gz") if name.startswith("resources/")}
    assert namespace in places and places <= {namespace, "istio-system", "_"}


def planted() -> list[Any]:
    encoded = base64.b64encode(SECRET.encode()).decode()
    place = {"namespace": "shop"}
    env = [{"name": "DB_PASSWORD", "value": SECRET}, {"name": "URL", "value": f"postgres://me:{SECRET}@db/x"}]
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": f'{{"data": {{"p": "{encoded}"}}}}'}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "db", **place, "annotations": annotations},
            "data": {"password": encoded},
            "stringData": {"password": SECRET},
        },
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", **place}, "data": {"api-key": SECRET}},
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "web", **place},
            "spec": {"containers": [{"name": "web", "image": "web", "env": env, "args": [f"--token={SECRET}"]}]},
        },
    ]


def test_no_secret_leaves_the_cluster(tmp_path: Path, api_server: Start) -> None:
    api_server(planted()).kubeconfig(tmp_path / "config")
    assert run("capture", "-o", "b.tar.gz").code == 0
    text = b"".join(contents(tmp_path / "b.tar.gz").values()).decode()
    assert '"db"' in text and '"DB_PASSWORD"' in text
    assert SECRET not in text and base64.b64encode(SECRET.encode()).decode()[:12] not in text
    assert ADMIN.bearer not in text


def test_where_it_goes(tmp_path: Path, api_server: Start) -> None:
    api_server(planted(), name="arn:aws:eks/prod").kubeconfig(tmp_path / "config")
    (tmp_path / "folder").mkdir()
    done = run("capture", "-o", "folder", "-q")
    assert done.out.startswith("folder/meshctl-arn-aws-eks-prod-") and done.err == ""
    assert [file.name for file in (tmp_path / "folder").iterdir()] == [done.out.strip().rpartition("/")[2]]
    (tmp_path / "old.tar.gz").write_text("what was there before")
    run("capture", "-o", "old.tar.gz")
    assert tarfile.is_tarfile(tmp_path / "old.tar.gz")
    done = run("capture", "-o", "no/such/folder.tar.gz")
    assert done.code == 2 and "cannot write no/such/folder.tar.gz: No such file or directory" in done.err


def test_a_pipe(tmp_path: Path, api_server: Start) -> None:
    config = api_server(planted()).kubeconfig(tmp_path / "config")
    command = [sys.executable, "-m", "meshctl", "capture", "-o", "-", "--kubeconfig", str(config), "--no-config"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, env={**os.environ}, check=True)
    (tmp_path / "b.tar.gz").write_bytes(done.stdout)
    assert "manifest.json" in contents(tmp_path / "b.tar.gz") and b" to stdout (" in done.stderr


def test_nothing_is_written_where_nothing_was_read(tmp_path: Path, api_server: Start) -> None:
    api_server(faults=[Fault("/api", times=None, status=401)]).kubeconfig(tmp_path / "config")
    done = run("capture", "-o", "b.tar.gz")
    assert done.code == 3 and done.out == "" and not (tmp_path / "b.tar.gz").exists()
    assert "not read: cluster test: it does not accept the credentials" in done.err
    assert "nothing could be read, so no bundle is written" in done.err


def test_without_a_cluster(tmp_path: Path) -> None:
    done = meshctl("capture", cwd=tmp_path, env={"KUBECONFIG": "", "HOME": str(tmp_path)})
    assert done.code == 2 and "no cluster to look at: there is no kubeconfig" in done.err
