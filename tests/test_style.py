"""Types, lint, formatting, and the sizes and words that keep the code readable."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("meshctl", "analyzers", "tests", "bench")
MODULES = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))
LIMITS = {"analyzers": 150}
# Nothing but names: one more for each thing that a check may use.
LISTS = {ROOT / "meshctl/analysis/api/__init__.py"}
# Paths of somebody's machine, and names that say nothing.
BANNED_TEXT = re.compile(r"/home/(?!me\b)\w|/root/|/Users/\w|/tmp/\w|C:\\\\Users|\bTODO\b|\bFIXME\b|\bXXX\b")
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
each_module = pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(ROOT)))


@pytest.mark.parametrize(
    "command",
    [
        ("mypy",),
        ("mypy", "bench", "--explicit-package-bases"),
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
    ],
    ids=" ".join,
)
def test_tools_find_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", [f for f in MODULES if f not in LISTS], ids=lambda f: str(f.relative_to(ROOT)))
def test_module_is_short(file: Path) -> None:
    limit = LIMITS.get(file.relative_to(ROOT).parts[0], 300)
    assert len(file.read_text(encoding="utf-8").splitlines()) <= limit


@each_module
def test_module_says_in_one_sentence_what_it_is(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if text.strip():
        first = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0]
        assert re.match(r"\S.*[.?!)]$", first, re.DOTALL), "a module begins with a sentence about itself"


@each_module
def test_names_and_words(file: Path) -> None:
    assert file.stem not in VAGUE_NAMES
    if file != Path(__file__):
        assert not BANNED_TEXT.search(file.read_text(encoding="utf-8"))


def test_documents_name_no_machine() -> None:
    documents = [*ROOT.glob("*.md"), ROOT / "pyproject.toml", *(ROOT / ".ci").iterdir()]
    for file in documents:
        assert not BANNED_TEXT.search(file.read_text(encoding="utf-8")), file.name
