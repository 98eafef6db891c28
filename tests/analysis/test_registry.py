"""Checks are found behind an entry point, ours like anybody's, and chosen by code, name or prefix."""

import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from meshctl.analysis.analyzer import Analyzer, Claim, analyzer
from meshctl.analysis.registry import GROUP, RegistryError, SelectionError, choose, load
from meshctl.analysis.runner import run
from meshctl.graph.mesh import MeshGraph
from meshctl.model.severity import Severity
from tests.analysis.given import given

PLUGIN = Path(__file__).parent.parent / "plugin_package"
SIDECAR = """apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: limits
  namespace: shop
"""


def declared(code: str, name: str) -> Analyzer:
    @analyzer(code, name, Severity.ERROR)
    def check(mesh: MeshGraph) -> Iterator[Claim]:
        yield from ()

    return check


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The plug-in, installed by pip into a folder on the path as a user would install it, without network."""
    source, target = tmp_path / "source", tmp_path / "target"
    for file in PLUGIN.rglob("*"):
        if file.suffix in (".py", ".toml"):
            copy = source / file.relative_to(PLUGIN)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", "--no-index"]
    done = subprocess.run([*pip, "--target", str(target), str(source)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    monkeypatch.syspath_prepend(target)
    yield target
    for name in [name for name in sys.modules if name.partition(".")[0] == "house_rules"]:
        del sys.modules[name]


def test_a_plug_in_is_found_and_runs(installed: Path, tmp_path: Path) -> None:
    (house,) = [a for a in load() if a.code == "HSE001"]
    assert house.subject == "sidecar"
    assert house.summary == "A Sidecar for a whole namespace has another name than `default`."
    assert house.help_uri == ""
    (finding,) = run(given(tmp_path, SIDECAR), [house]).findings
    assert (finding.code, finding.message) == ("HSE001", "limits is for the whole namespace.")
    assert finding.location and finding.location.start_line == 4


def test_the_command_line_knows_it_too(installed: Path, tmp_path: Path) -> None:
    file = tmp_path / "sidecar.yaml"
    file.write_text(SIDECAR)
    command = f"import sys; sys.path.insert(0, {str(installed)!r}); from meshctl.__main__ import main; sys.exit(main())"
    arguments = ["analyze", str(file), "--select", "HSE", "--no-config", "-o", "concise", "--fail-on", "warning"]
    done = subprocess.run([sys.executable, "-c", command, *arguments], capture_output=True, text=True, timeout=60)
    assert "warning HSE001 Sidecar shop/limits" in done.stdout, done.stderr
    assert done.returncode == 1


def test_without_it_there_are_the_built_in_ones_alone() -> None:
    assert {a.module.partition(".")[0] for a in load()} == {"meshctl_analyzers"}
    assert {p.value for p in importlib.metadata.entry_points(group=GROUP)} == {"meshctl_analyzers"}


def test_a_plug_in_that_cannot_be_loaded_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torn.py").write_text("raise RuntimeError('torn')\n")
    info = tmp_path / "torn-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: torn\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\ntorn = torn\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RegistryError, match=r"the plug-in 'torn' \(torn\) cannot be loaded: torn"):
        load()


def test_a_name_is_declared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(__name__)
    module.twin = declared("TST001", "conflicting-gateways")  # type: ignore[attr-defined]
    with pytest.raises(RegistryError, match="'conflicting-gateways' is declared in meshctl_analyzers"):
        load([module])


def test_one_code_may_have_several_checks_and_order_is_by_code_and_name() -> None:
    found = [(a.code, a.name) for a in load()]
    assert found == sorted(found)
    assert {("IST0101", "gateway-selector-matches-nothing"), ("IST0101", "sidecar-selector-matches-nothing")} < set(
        found
    )


CHECKS = (
    declared("IST0101", "virtualservice-host-not-found"),
    declared("IST0101", "gateway-selector-matches-nothing"),
    declared("IST0145", "conflicting-gateways"),
    declared("MSH001", "document-not-parsed"),
)


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ([], [], [0, 1, 2, 3]),
        (["ALL"], [], [0, 1, 2, 3]),
        (["IST0101"], [], [0, 1]),
        (["ist0101"], [], [0, 1]),
        (["IST"], [], [0, 1, 2]),
        (["gateway-selector-matches-nothing"], [], [1]),
        (["gateway-"], [], [1]),
        (["MSH001", "IST0145"], [], [2, 3]),
        ([], ["IST0101"], [2, 3]),
        ([], ["conflicting-gateways"], [0, 1, 3]),
        (["IST"], ["IST0101"], [2]),
        (["IST0101"], ["virtualservice"], [1]),
        (["IST0101"], ["ALL"], []),
    ],
)
def test_choosing(select: list[str], ignore: list[str], expected: list[int]) -> None:
    assert choose(CHECKS, select, ignore) == tuple(CHECKS[i] for i in expected)


@pytest.mark.parametrize(
    ("select", "runs"),
    [
        ([], False),
        (["ALL"], False),
        (["TST"], False),
        (["tst009"], True),
        (["odd-name"], True),
        (["TST", "TST009"], True),
    ],
)
def test_what_is_made_on_request_has_to_be_called_by_its_name(select: list[str], runs: bool) -> None:
    asked = replace(declared("TST009", "odd-name"), on_request=True)
    assert (asked in choose([asked], select, [])) is runs
    assert choose([asked], ["TST009"], ["odd"]) == ()


@pytest.mark.parametrize(
    ("token", "hint"),
    [
        ("IST0154", "did you mean IST0145?"),
        ("ist0154", "did you mean IST0145?"),
        ("conflicting-gatways", "did you mean conflicting-gateways?"),
        ("nonsense", "`meshctl codes` lists them"),
    ],
)
def test_an_unknown_token_is_refused_with_a_hint(token: str, hint: str) -> None:
    for select, ignore in (([token], []), ([], [token])):
        with pytest.raises(SelectionError) as error:
            choose(CHECKS, select, ignore)
        assert str(error.value) == f"no check is called {token!r}; {hint}"
