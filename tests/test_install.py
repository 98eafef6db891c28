"""The built wheel holds the program, the checks and their data, under two names and no other."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"meshctl": ROOT / "meshctl", "meshctl_analyzers": ROOT / "analyzers"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the sources, so that nothing is left behind in the checkout."""
    top = tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns("__pycache__", ".*", "build", "*.egg-info", "fixtures", "tests", "bench")
    shutil.copytree(ROOT, top / "source", ignore=ignored)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    command += ["--disable-pip-version-check", "--wheel-dir", str(top), str(top / "source")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = top.glob("*.whl")
    return built


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_it_takes_two_names_in_site_packages(wheel: Path) -> None:
    top = {name.partition("/")[0] for name in names(wheel)}
    assert {name for name in top if not name.endswith(".dist-info")} == PACKAGES.keys()


@pytest.mark.parametrize("package", PACKAGES)
def test_it_holds_every_file_of_the_packages(wheel: Path, package: str) -> None:
    folder = PACKAGES[package]
    files = {
        f"{package}/{file.relative_to(folder).as_posix()}"
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }
    assert files - set(names(wheel)) == set()


def test_it_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (info,) = (name.partition("/")[0] for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(f"{info}/METADATA").decode()
        points = archive.read(f"{info}/entry_points.txt").decode()
        assert archive.read(f"{info}/licenses/LICENSE").decode() == (ROOT / "LICENSE").read_text()
    assert re.search(r"^License-Expression: Apache-2\.0$", metadata, re.MULTILINE)
    assert re.search(r"^Requires-Python: >=3\.11$", metadata, re.MULTILINE)
    assert "meshctl = meshctl.__main__:main" in points and "builtin = meshctl_analyzers" in points


def test_it_runs_where_it_is_unpacked(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    mesh = ROOT / "fixtures/meshes/bookshop"
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); import meshctl, meshctl_analyzers\n"
        f"assert meshctl.__file__.startswith({str(tmp_path)!r}), meshctl.__file__\n"
        f"sys.argv = ['meshctl', 'analyze', {str(mesh)!r}, '-o', 'concise', '--no-cache']\n"
        "from meshctl.__main__ import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "IST0101" in done.stdout, done.stderr
