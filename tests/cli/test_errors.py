"""What goes wrong before there is a result: a sentence on stderr, exit code 2, and one JSON document all the same."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.cli.command import BOOKSHOP, ROOT, meshctl

SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "meshctl/reports/schema.json").read_text(encoding="utf-8")))


def document(text: str) -> dict[str, Any]:
    value = json.loads(text)
    SCHEMA.validate(value)
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["analyze", "."], "No such option: --nope"),
        (["analyze", ".", "-o", "jsno"], "unknown format 'jsno': did you mean json?"),
        (["analyze", ".", "-o", "pdf"], "unknown format 'pdf': use human, concise, json"),
        (["analyze", ".", "-o", "concise"], "only one format can go to stdout: give the others a file"),
        (["analyze", ".", "-o", "human="], "-o human= names no file: write -o human=FILE, or -o human for stdout"),
        (["analyze", ".", "-o", "human=x", "-o", "concise=x"], "two formats cannot go to the same file: x"),
        (["analyze", ".", "-o", "human=no/such/folder"], "cannot write no/such/folder: No such file or directory"),
        (["graph", "-f", ".", "-o", "human"], "unknown format 'human': use dot, mermaid, json"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    extra = ["--nope"] if "--nope" in sentence else []
    done = meshctl(*arguments, *extra, "-o", "json", cwd=tmp_path)
    assert done.code == 2
    assert sentence in done.err
    assert "Traceback" not in done.err
    error = document(done.out)["error"]
    assert error["exitCode"] == 2
    assert sentence in error["message"]


@pytest.mark.parametrize(
    "spelling", [["-ojson"], ["--output", "json"], ["--output=json"], ["-Ao", "json"], ["-qAojson"]]
)
def test_every_spelling_of_the_flag(tmp_path: Path, spelling: list[str]) -> None:
    done = meshctl("analyze", "missing.yaml", *spelling, cwd=tmp_path)
    assert done.code == 2
    assert "missing.yaml" in document(done.out)["error"]["message"]
    assert done.err.startswith("meshctl: ")
    assert done.err.count("\n") == 1


def test_without_json_nothing_goes_to_stdout(tmp_path: Path) -> None:
    done = meshctl("analyze", "missing.yaml", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "missing.yaml" in done.err


def test_a_json_file_says_that_the_run_failed(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("of the last run")
    done = meshctl("analyze", "missing.yaml", "-o", "json=report.json", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "missing.yaml" in document((tmp_path / "report.json").read_text())["error"]["message"]


def test_a_value_after_two_dashes_is_no_flag(tmp_path: Path) -> None:
    done = meshctl("analyze", "--", "-ojson", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "-ojson" in done.err


def test_a_crash_of_the_program_is_exit_code_4() -> None:
    crash = (
        "import sys; import meshctl.cli.session as s; from meshctl.__main__ import main\n"
        "def mesh(self, *_, **__): raise RuntimeError('boom')\n"
        "s.Session.mesh = mesh\n"
        "sys.argv = ['meshctl', 'analyze', '.', '--no-config', '-o', 'json', *sys.argv[1:]]\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", crash], capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert document(done.stdout)["error"] == {"message": "internal error: RuntimeError: boom", "exitCode": 4}
    assert done.stderr == (
        "meshctl: internal error: RuntimeError: boom\n"
        "This is a bug in meshctl; run again with --debug for the traceback.\n"
    )
    done = subprocess.run([sys.executable, "-c", crash, "--debug"], capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "Traceback" in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_a_sentence() -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "meshctl", "codes"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "meshctl: cannot write to stdout: No space left on device\n"


@pytest.mark.parametrize("arguments", [["codes"], ["analyze", BOOKSHOP], ["--help"], ["graph", "-f", BOOKSHOP]])
def test_a_reader_that_has_gone_is_no_error(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    usual = meshctl(*arguments)
    command = [sys.executable, "-m", "meshctl", *arguments]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (usual.code, usual.err)


def test_output_is_what_the_encoding_can_show() -> None:
    done = meshctl("analyze", BOOKSHOP, env={"PYTHONIOENCODING": "ascii"})
    assert done.out.isascii()
    assert " | " in done.out
    assert "│" in meshctl("analyze", BOOKSHOP).out


@pytest.mark.parametrize(("env", "colored"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_colors_are_for_terminals(env: dict[str, str], colored: bool) -> None:
    env = {"NO_COLOR": "", "FORCE_COLOR": "", **env}
    assert ("\x1b[" in meshctl("analyze", BOOKSHOP, env=env).out) is colored
    assert "\x1b[" not in meshctl("analyze", BOOKSHOP, env={**env, "NO_COLOR": "1"}).out
