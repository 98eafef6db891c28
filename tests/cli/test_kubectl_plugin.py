"""`kubectl mesh`: kubectl finds us by the name of an executable, and help speaks of us as of one of its commands."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from meshctl import __version__
from tests.apiserver import ApiServer
from tests.cli.command import BOOKSHOP, ROOT, Done
from tests.cli.test_capture import objects

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")

Start = Callable[..., ApiServer]
Kubectl = Callable[..., Done]


@pytest.fixture
def kubectl(tmp_path: Path) -> Kubectl:
    """kubectl with the console script on its PATH, as an installation writes it."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    module, _, function = scripts["kubectl-mesh"].partition(":")
    folder = tmp_path / "bin"
    folder.mkdir()
    file = folder / "kubectl-mesh"
    file.write_text(f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n")
    file.chmod(0o755)

    def run(*arguments: str) -> Done:
        # Whoever runs kubectl on this machine has no part in the test.
        path = os.pathsep.join([str(folder), str(Path(shutil.which("kubectl") or "").parent)])
        env = {"PATH": path, "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "config"), "LANG": "C.UTF-8"}
        done = subprocess.run(
            ["kubectl", "mesh", *arguments], capture_output=True, encoding="utf-8", env=env, cwd=tmp_path, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


def test_version_and_help(kubectl: Kubectl) -> None:
    assert kubectl("--version").out == f"meshctl {__version__}\n"
    assert kubectl("-h").out.startswith("Usage: kubectl mesh [OPTIONS] COMMAND [ARGS]...")
    assert kubectl("analyze", "-h").out.startswith("Usage: kubectl mesh analyze [OPTIONS] [PATH]...")


def test_wrong_usage(kubectl: Kubectl) -> None:
    done = kubectl("analyse")
    assert done.code == 2 and done.err.startswith("Usage: kubectl mesh ")
    assert "Try 'kubectl mesh -h' for help." in done.err


def test_files(kubectl: Kubectl) -> None:
    done = kubectl("analyze", BOOKSHOP, "--select", "IST0101", "-o", "concise")
    assert done.code == 1 and done.out.count(" IST0101 ") > 1


def test_flags_of_kubectl(kubectl: Kubectl, tmp_path: Path, api_server: Start) -> None:
    for name in ("east", "west"):
        api_server(objects(BOOKSHOP), name=name).kubeconfig(tmp_path / "config")
    api_server(name="empty").kubeconfig(tmp_path / "other")
    assert '"context east"' in kubectl("analyze", "-o", "json").out
    assert '"context west"' in kubectl("analyze", "--context", "west", "-o", "json").out
    assert '"context empty"' in kubectl("analyze", "--kubeconfig", str(tmp_path / "other"), "-o", "json").out
    rows = json.loads(kubectl("inject-check", "-n", "shop", "-o", "json").out)["workloads"]
    assert {row["resource"]["namespace"] for row in rows} == {"shop"}


def test_its_own_name_stays(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "meshctl", "-h"], capture_output=True, text=True, check=True)
    assert "meshctl [OPTIONS]" in done.stdout.splitlines()[0] and "kubectl" not in done.stdout
