"""Imports go one way, also those inside functions, and a third party's library is known in one layer only."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = {
    # A layer may import itself and these.
    "model": set[str](),
    "sources": {"model"},
    "graph": {"model", "sources"},
    "analysis": {"model", "sources", "graph"},
    "proxy": {"model", "sources", "graph"},
    "reports": {"model"},
    "config": {"model", "sources", "graph", "analysis", "proxy"},
    "cli": {"model", "sources", "graph", "analysis", "proxy", "reports", "config"},
}
# Reports that document the checks themselves need the list of checks.
CATALOGUE = {"meshctl.analysis.registry", "meshctl.analysis.analyzer", "meshctl.analysis.catalogue"}
API = "meshctl.analysis.api"
LIBRARIES = {
    "kubernetes": {"sources", "proxy"},
    "requests": {"sources", "proxy"},
    "websocket": {"proxy"},
    "rich": {"cli", "reports"},
    "typer": {"cli", "__main__"},
    "networkx": {"graph"},
    "re2": {"graph"},
    "cel": {"graph"},
    "cryptography": {"graph", "sources"},
    "yaml": {"sources", "config", "graph", "reports"},
    "dask": {"analysis"},
    "distributed": {"analysis"},
    "msgspec": {"model", "sources", "graph", "analysis", "proxy", "config", "reports", "cli"},
}
FILES = sorted((ROOT / "meshctl").rglob("*.py"))
CHECKS = sorted((ROOT / "analyzers").rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    """Every module that a file imports anywhere, `from a import b` as `a` and, where that is a module, `a.b`."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide where a name is from"
            assert node.module
            yield node.module
            for name in node.names:
                if (ROOT / node.module.replace(".", "/") / f"{name.name}.py").exists():
                    yield f"{node.module}.{name.name}"


def layer(file: Path) -> str:
    return file.relative_to(ROOT / "meshctl").parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_go_down(file: Path) -> None:
    own = layer(file)
    for name in imported(file):
        parts = name.split(".")
        if parts[0] == "meshctl" and len(parts) > 1 and own in LAYERS:
            allowed = parts[1] in LAYERS[own] | {own} or (own == "reports" and name in CATALOGUE)
            allowed = allowed or parts[1] not in LAYERS  # `from meshctl import __version__`
            assert allowed, f"{own} must not import {name}"
        assert parts[0] != "meshctl_analyzers", "the built-in checks come through the entry point, as plug-ins do"
        if parts[0] in LIBRARIES:
            assert own in LIBRARIES[parts[0]], f"{parts[0]} has no place in {own}"


@pytest.mark.parametrize("file", CHECKS, ids=lambda f: str(f.relative_to(ROOT)))
def test_checks_see_the_api_alone(file: Path) -> None:
    for name in imported(file):
        top = name.partition(".")[0]
        if top == "meshctl":
            assert name == API or (name.startswith(f"{API}.") and name.count(".") == API.count(".") + 1)
        else:
            assert top not in LIBRARIES.keys() - {"msgspec"} and top not in {
                "meshctl_analyzers",
                "io",
                "logging",
                "os",
                "random",
                "time",
            }


def test_no_vocabulary_hides_a_name() -> None:
    import meshctl.analysis.api as api

    families = {file.stem for file in (ROOT / "meshctl/analysis/api").glob("*.py")}
    assert families.isdisjoint(api.__all__), "a module of that name would take the place of the name"


def test_every_layer_is_under_the_law() -> None:
    found = {p.name for p in (ROOT / "meshctl").iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert found <= LAYERS.keys()


def test_the_walk_sees_imports_inside_functions(tmp_path: Path) -> None:
    file = tmp_path / "lazy.py"
    file.write_text("def f():\n    import networkx\n    from meshctl.graph import mesh\n")
    assert set(imported(file)) == {"networkx", "meshctl.graph", "meshctl.graph.mesh"}


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], {"kubernetes", "requests", "networkx", "pydantic", "rich", "yaml", "meshctl_analyzers"}),
        (["analyze", "fixtures/meshes/healthy"], {"kubernetes", "requests", "networkx", "pydantic", "rich"}),
    ],
    ids=["help", "analyze"],
)
def test_commands_load_nothing_heavy(arguments: list[str], unwanted: set[str]) -> None:
    program = (
        "import sys\nfrom meshctl.__main__ import main\n"
        "try: main()\nexcept SystemExit as end: print('\\nENDED', end.code, *sys.modules)\n"
    )
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    status, *modules = done.stdout.rpartition("ENDED ")[2].split()
    assert status == "0" and "typer" in modules, done.stderr
    assert unwanted & set(modules) == set()
