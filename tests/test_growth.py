"""No check scans all of a kind for each of another: with twice the input, it does about twice as much."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from bench.generate import Profile, generate
from bench.hurtful import HURTFUL
from meshctl.analysis.analyzer import Analyzer, Claim, analyzer
from meshctl.analysis.registry import choose, load
from meshctl.graph.hostnames import overlap
from meshctl.graph.kinds.core import Service
from meshctl.graph.mesh import MeshGraph
from meshctl.model.severity import Severity
from meshctl.sources.files import read_files
from tests.operations import OUTPUT, operations

SHARED = Path(__file__).parents[2] / "shared/bench/gen.py"
SMALL = 100
# A little more than the input grows, for what n log n costs; and what does not depend on the size.
SLACK, CONSTANT = 1.2, 500
NAMED = ("gateways", "wildcard-hosts", "service-entries", "authorization-policies", "pod-labels")
CHECKS = choose(load(), [], [])


def counted(path: Path, checks: tuple[Analyzer, ...] = CHECKS) -> dict[str, int]:
    return operations(MeshGraph(read_files([str(path)])), checks)


def faster_than_the_input(
    before: dict[str, int], after: dict[str, int], times: float = 2
) -> dict[str, tuple[int, int]]:
    """The checks whose operations grow faster than the input, of which there is `times` as much."""
    return {n: (before[n], after[n]) for n in before if after[n] > SLACK * times * before[n] + CONSTANT}


def written(folder: Path, name: str, size: int) -> Path:
    path = folder / f"{name}-{size}.yaml"
    path.write_text(HURTFUL[name](size))
    return path


@pytest.mark.parametrize("name", HURTFUL)
def test_inputs_made_to_hurt(tmp_path: Path, name: str) -> None:
    before, after = (counted(written(tmp_path, name, size)) for size in (SMALL, 2 * SMALL))
    assert faster_than_the_input(before, after) == {}, f"operations at {SMALL} and at twice as many"


@pytest.mark.parametrize("name", NAMED)
def test_five_thousand(tmp_path: Path, name: str) -> None:
    before, after = counted(written(tmp_path, name, 500)), counted(written(tmp_path, name, 5000))
    assert faster_than_the_input(before, after, 10) == {}, "operations at 500 and 5,000"


@pytest.mark.parametrize("profile", get_args(Profile))
def test_profiles_of_the_benchmark(tmp_path: Path, profile: Profile) -> None:
    for size in (700, 1400):
        generate(tmp_path / str(size), size, profile=profile, defects=0)
    assert faster_than_the_input(counted(tmp_path / "700"), counted(tmp_path / "1400")) == {}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared generator is not here")
@pytest.mark.parametrize("profile", get_args(Profile))
def test_profiles_of_another_generator(tmp_path: Path, profile: Profile) -> None:
    for size in (700, 1400):
        folder = str(tmp_path / str(size))
        command = [sys.executable, str(SHARED), str(size), folder, "--profile", profile, "--defects", "0"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert faster_than_the_input(counted(tmp_path / "700"), counted(tmp_path / "1400")) == {}


@pytest.mark.parametrize(
    "scan",
    [
        lambda mesh: [service for service in mesh.all(Service) if service.name == "no"],
        lambda mesh: sorted(mesh.all(Service), key=id),
        lambda mesh: "no" in mesh.all(Service),
        lambda mesh: (*mesh.all(Service), *mesh.all(Service)),
        lambda mesh: sum(overlap("*.example.com", host) for host in ["example.com"] * len(mesh.all(Service))),
    ],
    ids=("comprehension", "sorted", "in", "star", "function"),
)
def test_a_scan_for_each_is_seen(tmp_path: Path, scan: Callable[[MeshGraph], object]) -> None:
    @analyzer("TST100", "scanned-for-each", Severity.ERROR, reads=(Service,))
    def check(mesh: MeshGraph) -> Iterator[Claim]:
        for _ in mesh.all(Service):
            scan(mesh)
        yield from ()

    before, after = (counted(written(tmp_path, "services", size), (check,)) for size in (SMALL, 2 * SMALL))
    assert list(faster_than_the_input(before, after)) == ["scanned-for-each"]


def test_a_report_that_names_all_for_each_is_seen(tmp_path: Path) -> None:
    @analyzer("TST100", "names-all", Severity.ERROR, reads=(Service,))
    def check(mesh: MeshGraph) -> Iterator[Claim]:
        names = ", ".join(service.name for service in mesh.all(Service))
        for service in mesh.all(Service):
            yield Claim(service, (), names)

    before, after = (counted(written(tmp_path, "services", size), (check,)) for size in (SMALL, 2 * SMALL))
    assert list(faster_than_the_input(before, after)) == [OUTPUT]
