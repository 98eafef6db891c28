"""The parts of README.md and CHANGELOG.md that are made from the program: `python -m tests.readme` writes them anew."""

import os
import re
import subprocess
import sys
from importlib import import_module
from itertools import groupby
from pathlib import Path

from meshctl.analysis.registry import load
from meshctl.cli.app import app
from meshctl.reports.formats import FORMATS

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "CHANGELOG.md")
_CONSOLE = re.compile(r"```console\n(.*?)```\n", re.DOTALL)
_GENERATED = re.compile(r"<!-- (codes|commands|formats) -->\n.*?<!-- end -->\n", re.DOTALL)
_END = "\x1e"


def refreshed(document: str) -> str:
    """The text of a document as it has to be: tables from the program, examples with their real output."""
    text = (ROOT / document).read_text(encoding="utf-8")
    text = _GENERATED.sub(lambda m: f"<!-- {m[1]} -->\n{_TABLES[m[1], document]()}<!-- end -->\n", text)
    return _CONSOLE.sub(lambda m: f"```console\n{_session(m[1])}```\n", text)


def _session(block: str) -> str:
    """The commands of a block, run in one shell at the root of the repository, each followed by what it prints."""
    commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
    # The status is kept over the mark between the commands, so that `echo $?` shows that of the one above.
    script = "".join(f'{command}\n_status=$?; printf "$_status{_END}"; (exit $_status)\n' for command in commands)
    environment = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "COLUMNS")}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONUTF8": "1"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    outputs = [re.fullmatch(r"(.*?)(\d+)", each, re.DOTALL) for each in done.stdout.decode().split(_END)[:-1]]
    shown = [match[1] for match in outputs if match and match[2] in ("0", "1")]
    if len(shown) != len(commands):
        raise RuntimeError(f"an example does not work: {done.stderr.decode()}")
    return "".join(f"$ {command}\n{output}" for command, output in zip(commands, shown, strict=True))


def codes() -> str:
    """The checks as a table, by code: what `meshctl codes -o markdown` prints."""
    return _session("$ meshctl codes -o markdown\n").partition("\n")[2]


def commands() -> str:
    """The commands, each with the first line of its documentation."""
    rows = []
    for command in app.registered_commands:
        documentation = " ".join((command.callback.__doc__ or "").partition("\n\n")[0].split())
        rows.append(f"| `meshctl {command.name}` | {_cell(documentation)} |\n")
    return "| command | what |\n|---|---|\n" + "".join(rows)


def code_list() -> str:
    """The codes with the names of their checks, a line each."""
    by_code = groupby(load(), key=lambda check: check.code)
    return "".join(f"- {code}: {', '.join(f'`{check.name}`' for check in checks)}\n" for code, checks in by_code)


def formats() -> str:
    """The formats with what the module of each says it is."""
    rows = []
    for name, module in FORMATS.items():
        first = " ".join((import_module(module).__doc__ or "").partition("\n\n")[0].split())
        rows.append(f"| `{name}` | {_cell(first)} |\n")
    return "| format | what |\n|---|---|\n" + "".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


_TABLES = {
    ("codes", "README.md"): codes,
    ("codes", "CHANGELOG.md"): code_list,
    ("commands", "README.md"): commands,
    ("formats", "README.md"): formats,
}

if __name__ == "__main__":
    for name in DOCUMENTS:
        (ROOT / name).write_text(refreshed(name), encoding="utf-8")
