"""What the shells are told when somebody presses the tab key, through the protocol that they use."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from meshctl.analysis.registry import load
from meshctl.cli.completion import PATIENCE
from meshctl.reports.formats import DOCTOR_FORMATS, FORMATS, GRAPH_FORMATS
from tests.apiserver import ApiServer, Fault
from tests.cli.command import ROOT, Done

Start = Callable[..., ApiServer]

HEAVY = {"kubernetes", "requests", "networkx", "rich", "cryptography", "re2", "cel"}


# The protocol depends on the name that the program is called by.
PROGRAM = """
import sys
from meshctl.__main__ import main
sys.argv[0] = "meshctl"
try:
    main()
finally:
    if "MODULES" in __import__("os").environ:
        print("\\nMODULES", *sys.modules)
"""


def run(*arguments: str, **env: str) -> Done:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, env={**os.environ, **env}, cwd=ROOT, capture_output=True, text=True, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


def asked(words: str, **env: str) -> Done:
    """What bash gets; the last word is the one that is being written."""
    place = {"COMP_WORDS": f"meshctl {words}", "COMP_CWORD": str(len(words.split(" ")))}
    return run(_MESHCTL_COMPLETE="complete_bash", **place, **env)


def offered(words: str, **env: str) -> list[str]:
    done = asked(words, **env)
    assert (done.code, done.err) == (0, "")
    return done.out.split()


def namespaces(*names: str) -> list[dict[str, Any]]:
    return [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in names]


def test_commands() -> None:
    assert {"analyze", "serve", "explain"} <= set(offered(""))
    assert offered("inj") == ["inject-check"]


@pytest.mark.parametrize("before", ["analyze --select", "overhead --ignore", "explain", "codes"])
def test_codes_and_names(before: str) -> None:
    codes = {check.code for check in load()}
    assert offered(f"{before} ") == sorted(codes)
    assert offered(f"{before} IST01") == sorted(code for code in codes if code.startswith("IST01"))
    assert offered(f"{before} virtualservice-destination-port-m") == ["virtualservice-destination-port-missing"]
    assert offered(f"{before} x9") == []


@pytest.mark.parametrize(
    ("command", "known"), [("analyze", FORMATS), ("graph", GRAPH_FORMATS), ("doctor", DOCTOR_FORMATS)]
)
def test_formats_are_those_of_the_command(command: str, known: dict[str, str]) -> None:
    assert offered(f"{command} -o ") == list(known)
    assert offered(f"{command} -o j") == [name for name in known if name.startswith("j")]


def test_contexts(tmp_path: Path) -> None:
    contexts = [{"name": name, "context": {"cluster": "c", "user": "u"}} for name in ("prod-eu", "prod-us", "dev")]
    file = tmp_path / "config"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "Config", "contexts": contexts}))
    assert offered("analyze --context ", KUBECONFIG=str(file)) == ["dev", "prod-eu", "prod-us"]
    assert offered(f"doctor --kubeconfig {file} --context prod-e") == ["prod-eu"]
    assert offered("analyze --context ", KUBECONFIG=str(tmp_path / "none")) == []
    file.write_text("- no kubeconfig: [")
    assert offered("analyze --context ", KUBECONFIG=str(file)) == []


def offered_inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, incomplete: str, **given: Any) -> list[str]:
    """Within this process: on a busy machine a new one may take the whole second only to load the client."""
    import typer

    from meshctl.cli import completion
    from meshctl.cli.app import app

    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    monkeypatch.setattr(completion, "PATIENCE", given.pop("patience", 20.0))
    command = typer.main.get_command(app)
    context = typer.Context(command)  # type: ignore[arg-type]
    context.params = given
    return completion.namespaces(context, incomplete)


def test_namespaces_of_the_cluster(api_server: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = api_server(namespaces("shop", "shipping", "istio-system"))
    server.kubeconfig(tmp_path / "config")
    assert offered_inside(monkeypatch, tmp_path, "") == ["istio-system", "shipping", "shop"]
    assert offered_inside(monkeypatch, tmp_path, "sh") == ["shipping", "shop"]
    assert {request.resource for request in server.requests if request.verb == "list"} == {"namespaces"}


def test_files_have_no_cluster_to_ask(api_server: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = api_server(namespaces("shop"))
    server.kubeconfig(tmp_path / "config")
    assert offered_inside(monkeypatch, tmp_path, "", paths=["manifests"]) == []
    assert offered_inside(monkeypatch, tmp_path, "", filename=["manifests"]) == []
    assert not server.requests


def test_a_cluster_that_does_not_answer_is_not_waited_for(
    api_server: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Event()
    try:
        server = api_server(namespaces("shop"), faults=[Fault("/api", times=None, wait=answer)])
        server.kubeconfig(tmp_path / "config")
        since = time.monotonic()
        assert offered("analyze -n ", KUBECONFIG=str(tmp_path / "config")) == []
        # What it takes to start the program comes on top.
        assert time.monotonic() - since < PATIENCE + 5
        assert offered_inside(monkeypatch, tmp_path, "", patience=0.1) == []
    finally:
        answer.set()


def test_a_cluster_that_is_gone_is_nothing_to_talk_about(api_server: Start, tmp_path: Path) -> None:
    server = api_server(namespaces("shop"))
    server.kubeconfig(tmp_path / "config")
    server.kill()
    assert offered("analyze -n ", KUBECONFIG=str(tmp_path / "config")) == []
    assert offered("analyze -n ", KUBECONFIG=str(tmp_path / "none")) == []


@pytest.mark.parametrize("words", ["", "analyze --s", "analyze --select ", "analyze -o ", "analyze --context "])
def test_nothing_heavy_is_loaded(words: str, tmp_path: Path) -> None:
    done = asked(words, KUBECONFIG=str(tmp_path), MODULES="1")
    modules = set(done.out.rpartition("MODULES ")[2].split())
    assert "typer" in modules, done.err
    assert HEAVY & modules == set()


def test_fish_learns_from_the_code_whether_there_is_an_answer() -> None:
    env = {"_MESHCTL_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "is-args"}
    assert run(**env, _TYPER_COMPLETE_ARGS="meshctl analyze -o ").code == 0
    assert run(**env, _TYPER_COMPLETE_ARGS="meshctl analyze -o nothing").code == 1


def test_the_script_for_bash_asks_this_program() -> None:
    done = run("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert (done.code, done.err) == (0, "") and "_MESHCTL_COMPLETE=complete_bash" in done.out
