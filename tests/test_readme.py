"""README.md and CHANGELOG.md tell the truth: tables, examples, set-up commands, configuration, links."""

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from meshctl.config.load import read
from tests.readme import DOCUMENTS, ROOT, refreshed

SCHEMA = ROOT / "meshctl/config/schema.json"
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_made_from_the_program(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert text == refreshed(document), "`python -m tests.readme` writes it anew"


def test_examples_show_output() -> None:
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 4
    for block in blocks:
        assert block.startswith("$ meshctl") or "| meshctl" in block
        assert len(block.splitlines()) > block.count("\n$ ") + 1, f"nothing is shown of {block}"
        assert "internal error" not in block and "Usage:" not in block


def test_set_up_is_two_commands_of_one_line() -> None:
    section = README.partition("## Set up")[2].partition("\n## ")[0]
    commands = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert [command.count("\n") for command in commands] == [1, 1]
    assert "meshctl analyze fixtures/meshes/bookshop" in commands[0]
    assert commands[1].rstrip().endswith("pytest -n auto")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci/run"
    (command,) = re.findall(r"^python3 .*pytest.*$", README, re.MULTILINE)
    assert command in script.read_text().splitlines()
    assert os.access(script, os.X_OK)


def test_configuration_example_is_read(tmp_path: Path) -> None:
    text = next(block for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL) if "failOn" in block)
    file = tmp_path / ".meshctl.yaml"
    file.write_text(text)
    configuration = read(str(file))
    assert configuration.fail_on == "warning" and configuration.revision == "stable"
    assert [(a.kind, a.name) for a in configuration.assume_present] == [("Service", "vault"), ("Gateway", "*")]
    left_out = {"exclude", "output", "severity", "allowInline", "fleet"}
    assert set(yaml.safe_load(text)) | left_out == set(json.loads(SCHEMA.read_text())["properties"])


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_and_files_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)", text) + re.findall(
        r"`((?:meshctl|analyzers|fixtures|tests|bench)/[\w/.-]+)`", text
    )
    missing = [t for t in targets if not t.startswith("http") and not (ROOT / t).exists()]
    assert missing == []


def test_exit_codes_are_those_of_the_program() -> None:
    from meshctl.model.result import Exit

    section = README.partition("### Exit codes")[2].partition("\n### ")[0]
    assert re.findall(r"^\| (\d) \|", section, re.MULTILINE) == [str(e.value) for e in Exit if e < 100]
