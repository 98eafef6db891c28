"""Getting at live clusters: credentials, certificates, kubeconfigs, and clusters that do not answer."""

import os
from pathlib import Path
from typing import Any

import pytest

from meshctl.model.result import Unread
from meshctl.sources.cluster.kubeconfig import contexts, known_contexts
from meshctl.sources.errors import InputError
from tests.apiserver import Fault, kubeconfig
from tests.sources.clusters import (
    NAMESPACE,
    POD,
    SERVICE,
    SHOP,
    Start,
    ids,
    pods,
    read,
)


@pytest.mark.parametrize("auth", ["token", "certificate", "exec"])
def test_the_ways_to_log_in(tmp_path: Path, api_server: Start, auth: Any) -> None:
    server = api_server(SHOP)
    server.kubeconfig(tmp_path / "config", auth=auth)
    assert ids(read(tmp_path, kinds={SERVICE})) == ["Service shop/web"]
    assert {request.user for request in server.requests} == {"admin"}


def test_credentials_that_are_not_accepted(tmp_path: Path, api_server: Start) -> None:
    snapshot = read(tmp_path, api_server(SHOP), kinds={SERVICE}, user="stranger")
    (unread,) = snapshot.unread
    assert unread == Unread("cluster test", "it does not accept the credentials of this context (401): log in again")


def test_a_credential_plugin_that_fails(tmp_path: Path, api_server: Start, capsys: pytest.CaptureFixture[str]) -> None:
    server = api_server(SHOP)
    server.kubeconfig(tmp_path / "config", auth="exec")
    text = (tmp_path / "config").read_text()
    (tmp_path / "config").write_text(text.replace("command: sh", "command: /nonexistent/plugin"))
    (unread,) = read(tmp_path, kinds={SERVICE}).unread
    assert unread.what == "cluster test" and unread.why.startswith("its credential plug-in failed: ")
    assert capsys.readouterr().err == ""


def test_a_server_that_nobody_vouches_for(tmp_path: Path, api_server: Start) -> None:
    one, other = api_server(SHOP, name="one"), api_server(SHOP, name="other")
    one.kubeconfig(tmp_path / "config")
    text = (tmp_path / "config").read_text()
    (tmp_path / "config").write_text(text.replace(one.url, other.url))
    (unread,) = read(tmp_path, kinds={SERVICE}).unread
    assert unread.what == "cluster one"
    assert unread.why.startswith(f"no trusted connection to {other.url}: ") and "certificate" in unread.why


def test_a_server_that_is_not_there(tmp_path: Path, api_server: Start) -> None:
    server = api_server(SHOP)
    server.kubeconfig(tmp_path / "config")
    server.kill()
    (unread,) = read(tmp_path, kinds={SERVICE}).unread
    assert unread.what == "cluster test" and unread.why.startswith(f"no connection to {server.url}")


@pytest.mark.parametrize("text", [b"<html>Welcome</html>", b'{"kind": "APIGroupDiscoveryList", "items": [{}]}'])
def test_a_server_that_is_none(tmp_path: Path, api_server: Start, text: bytes) -> None:
    server = api_server(SHOP, faults=[Fault("api", times=None, text=text)])
    (unread,) = read(tmp_path, server, kinds={SERVICE}).unread
    assert unread == Unread("cluster test", "/api does not answer as a Kubernetes API server does")


def test_one_of_three_clusters_dies_in_the_middle(tmp_path: Path, api_server: Start) -> None:
    kinds = {POD, SERVICE, NAMESPACE}
    servers = [api_server([*SHOP, *pods(1203)], name=name) for name in ("east", "north")]
    well = read(tmp_path, *servers, kinds=kinds)
    dying = api_server([*SHOP, *pods(1203)], name="west", faults=[Fault("pods.*continue", kill=True, cut=0.5)])
    ill = read(tmp_path, *servers, dying, kinds=kinds)
    assert [r.id for r in ill.resources if r.id.cluster != "west"] == [r.id for r in well.resources]
    assert {name: ill.coverage[name] for name in ("east", "north")} == well.coverage
    assert ill.unread and all("west" in unread.what for unread in ill.unread)
    assert not ill.coverage["west"].has_all([POD])


def test_a_cluster_that_hangs_does_not_hold_up_the_others(tmp_path: Path, api_server: Start) -> None:
    from threading import Event

    hangs = api_server(SHOP, name="slow", faults=[Fault("/api", times=None, wait=Event())])
    snapshot = read(tmp_path, api_server(SHOP, name="fast"), hangs, kinds={SERVICE}, timeout=1)
    assert [resource.id.cluster for resource in snapshot.resources] == ["fast"]
    assert snapshot.unread == (Unread("cluster slow", "it did not answer within 1 s"),)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        ("a: b: c", r"cannot be read: it is no YAML \(line 1\)"),
        ("\0", "cannot be read: it is no YAML"),
        ("just text", "cannot be used: it is no kubeconfig"),
        ("", "cannot be used: it has no contexts"),
        ("apiVersion: v1\nkind: Config\ncontexts: 1\n", "cannot be used: it has no contexts"),
        ("contexts: [{name: a}, {name: b}]\n", r"has no current context: name one with --context \(a, b\)"),
    ],
    ids=["missing", "no YAML", "no text", "no mapping", "empty", "no contexts", "no current context"],
)
def test_a_kubeconfig_that_is_none(tmp_path: Path, content: str | None, words: str) -> None:
    file = tmp_path / "config"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError, match=words) as error:
        contexts(str(file), [])
    assert str(file) in str(error.value) and "\n" not in str(error.value)


def test_an_unknown_context(tmp_path: Path, api_server: Start) -> None:
    api_server(name="production").kubeconfig(tmp_path / "config")
    with pytest.raises(
        InputError, match=r"there is no context produktion in the kubeconfig: did you mean production\?"
    ):
        contexts(str(tmp_path / "config"), ["produktion"])


def test_a_current_context_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("current-context: gone\ncontexts: [{name: east}]\n")
    with pytest.raises(InputError, match="there is no context gone in the kubeconfig: it has east"):
        contexts(str(tmp_path / "config"), [])
    (context,) = contexts(str(tmp_path / "config"), ["east"])
    assert context.name == "east"


def test_several_kubeconfigs(tmp_path: Path, api_server: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """As kubectl takes them: the first that says something counts, files that do not exist say nothing."""
    for name, place in (("east", "shop"), ("west", "")):
        api_server(name=name).kubeconfig(tmp_path / name, namespace=place)
    (tmp_path / "again").write_text("current-context: ''\ncontexts: [{name: east, context: {namespace: other}}]\n")
    files = [str(tmp_path / name) for name in ("nothing", "east", "again", "west")]
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(files))
    assert [(c.name, c.namespace) for c in contexts("", [])] == [("east", "shop")]
    assert [c.name for c in contexts("", ["west", "east", "west"])] == ["west", "east"]
    assert known_contexts("") == ("east", "west")


def test_a_server_that_is_not_to_be_verified(
    tmp_path: Path, api_server: Start, recwarn: pytest.WarningsRecorder
) -> None:
    server = api_server(SHOP)
    config = kubeconfig.load(server.kubeconfig(tmp_path / "config"))
    config["clusters"][0]["cluster"] = {"server": server.url, "insecure-skip-tls-verify": True}
    kubeconfig.save(tmp_path / "config", config)
    assert ids(read(tmp_path, kinds={SERVICE})) == ["Service shop/web"]
    assert not [warning for warning in recwarn if "nverified" in str(warning.message)]
