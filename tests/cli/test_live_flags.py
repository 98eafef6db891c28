"""What is wrong with a flag or a kubeconfig is said in one sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.apiserver import ApiServer
from tests.cli.command import BOOKSHOP, inside, meshctl
from tests.cli.test_capture import objects

Start = Callable[..., ApiServer]

ONE = """contexts: [{{name: a, context: {{cluster: {cluster}, user: a}}}}]
clusters: [{{name: a, cluster: {{server: {server}}}}}]
users: [{{name: a, user: {{token: x}}}}]
"""


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "90000"])
def test_a_timeout_that_is_none(value: str) -> None:
    for command in (("analyze", BOOKSHOP), ("capture",), ("doctor",)):
        done = inside(*command, "--timeout", value)
        assert done.code == 2
        assert done.err == "meshctl: --timeout takes a number of seconds above 0, at most 86400 (a day)\n"


def test_a_name_that_no_namespace_has(tmp_path: Path, api_server: Start) -> None:
    """It would be a part of an address."""
    server = api_server(objects(BOOKSHOP))
    config = ("--kubeconfig", str(server.kubeconfig(tmp_path / "config")), "--no-config")
    for name in ("a/b", "../x", "shop?limit=1", "Shop", "-", "x" * 64):
        for command in (("analyze", "-n", name), ("overhead", "--", name), ("doctor", "-n", name)):
            done = inside(command[0], *config, *command[1:])
            assert done.code == 2 and f"{name!r} cannot be the name of a namespace" in done.err
    done = inside("analyze", *config, "-n", "shop", "--istio-namespace", "a/b")
    assert done.code == 2 and "'a/b' cannot be the name of a namespace" in done.err
    assert not server.requests


@pytest.mark.parametrize("command", ["analyze", "overhead", "capture"])
def test_a_namespace_that_is_not_there(tmp_path: Path, api_server: Start, command: str) -> None:
    config = api_server(objects(BOOKSHOP)).kubeconfig(tmp_path / "config")
    done = inside(command, "-n", "shp", "--kubeconfig", str(config), "--no-config")
    assert (done.code, done.out) == (2, "")
    assert done.err == "meshctl: there is no namespace shp in the cluster: did you mean shop?\n"


def test_a_namespace_that_files_bring(tmp_path: Path, api_server: Start) -> None:
    config = api_server(objects(BOOKSHOP)).kubeconfig(tmp_path / "config")
    (tmp_path / "new.yaml").write_text(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shp, labels: {istio-injection: enabled}}\n"
    )
    new = ("--live", str(tmp_path / "new.yaml"), "-n", "shp")
    assert inside("analyze", *new, "--kubeconfig", str(config), "--no-config").code == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (ONE.format(cluster="b", server="https://127.0.0.1:1"), "its credentials cannot be loaded: Expected object"),
        (ONE.format(cluster="a", server="ftp//x"), "its server in the kubeconfig is no address: ftp//x"),
        (ONE.format(cluster="a", server="http://127.0.0.1:1"), "no connection to http://127.0.0.1:1"),
    ],
    ids=["another cluster", "no address", "nobody there"],
)
def test_a_context_that_leads_nowhere(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "config").write_text(content)
    done = inside("doctor", "--context", "a", "--kubeconfig", str(tmp_path / "config"), "--no-config")
    assert done.code == 3 and words in " ".join(done.out.split())


def test_a_pod_without_a_token(tmp_path: Path) -> None:
    env = {"KUBECONFIG": "", "HOME": str(tmp_path), "KUBERNETES_SERVICE_HOST": "127.0.0.1"}
    done = meshctl("analyze", cwd=tmp_path, env={**env, "KUBERNETES_SERVICE_PORT": "1"})
    assert done.code == 2 and "this pod has no service account token" in done.err
