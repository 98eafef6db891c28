"""Measure meshctl against its budgets, as ratios within one run, so that the machine does not matter.

Usage: python -m bench.run [--quick] [--sizes SMALL LARGE] [--profile PROFILE]

T(n) is `meshctl analyze --no-cache` on a generated mesh of n resources, P(n) is PyYAML's CSafeLoader only parsing the
same files in one process; both are processes of their own, start-up included. Exits 1 if a budget is exceeded.
`--quick` measures the small size only.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from bench.generate import Profile, generate

ANALYZE = (sys.executable, "-m", "meshctl", "analyze", "--fail-on", "never", "--no-config", "-o", "concise")
PARSE = """
import pathlib, sys, yaml
for file in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml")):
    for document in yaml.load_all(file.read_bytes(), Loader=yaml.CSafeLoader):
        pass
"""
SMALL_FILE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{name: http, port: 80}]}\n"
)


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took: wall-clock seconds and peak memory in MB."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Budget:
    """A measured value and what it may be at most."""

    what: str
    value: float
    limit: float
    unit: str = "x"

    def __str__(self) -> str:
        verdict = "PASS" if self.value <= self.limit else "OVER"
        return f"{self.what:<58} {self.value:8.2f} {self.unit:<3} at most {self.limit:7.2f}  {verdict}"


def measure(command: Sequence[str], cache: str = "/nonexistent") -> Run:
    """Run a command to its end, output thrown away; raises if it fails."""
    environment = {**os.environ, "MESHCTL_CACHE_DIR": cache}
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Run(seconds, usage.ru_maxrss / 1024)


def median(command: Sequence[str], times: int) -> float:
    """Median seconds of several runs, after one that warms the disk cache."""
    measure(command)
    return statistics.median(measure(command).seconds for _ in range(times))


def start_up(folder: Path) -> Iterator[Budget]:
    """Start-up against that of the command line library alone."""
    small = folder / "small.yaml"
    small.write_text(SMALL_FILE)
    base = median((sys.executable, "-c", "import typer"), 9)
    print(f"import typer: {base * 1000:.0f} ms")
    yield Budget("meshctl --help / import typer", median((sys.executable, "-m", "meshctl", "--help"), 9) / base, 2.5)
    yield Budget("analyze one small file / import typer", median((*ANALYZE, "--no-cache", str(small)), 9) / base, 4)


def throughput(folder: Path, size: int, profile: Profile) -> tuple[list[Budget], Run]:
    """Analysis of `size` resources against parsing them."""
    generate(folder, size, profile=profile)
    parse = measure((sys.executable, "-c", PARSE, str(folder)))
    run = measure((*ANALYZE, "--no-cache", str(folder)))
    print(f"{size:,} resources ({profile}): parse {parse.seconds:.2f} s, analyze {run.seconds:.2f} s")
    print(f"{'':>10} peak memory {run.megabytes:.0f} MB")
    return [Budget(f"T({size:,}) / P({size:,})", run.seconds / parse.seconds, 0.8)], run


def second_run(folder: Path, cache: Path) -> Budget:
    """A run after one file has changed, against the first, both with the cache."""
    first = measure((*ANALYZE, str(folder)), str(cache))
    changed = sorted(folder.glob("applications-*.yaml"))[0]
    changed.write_text(re.sub("timeout: 5s", "timeout: 6s", changed.read_text(), count=1))
    second = measure((*ANALYZE, str(folder)), str(cache))
    print(f"with cache: first run {first.seconds:.2f} s, one file changed {second.seconds:.2f} s")
    return Budget("second run, one file changed / first run", second.seconds / first.seconds, 0.25)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sizes", type=int, nargs=2, default=(10_000, 100_000), metavar=("SMALL", "LARGE"))
    parser.add_argument("--profile", choices=get_args(Profile), default="spread")
    given = parser.parse_args()
    small, large = given.sizes
    with tempfile.TemporaryDirectory(prefix="meshctl-bench-") as name:
        folder = Path(name)
        budgets = list(start_up(folder))
        found, run = throughput(folder / "small", small, given.profile)
        budgets += found
        budgets.append(second_run(folder / "small", folder / "cache"))
        if not given.quick:
            found, big = throughput(folder / "large", large, given.profile)
            budgets += found
            growth = 1.1 * large / small
            budgets.append(Budget(f"T({large:,}) / T({small:,})", big.seconds / run.seconds, growth))
            budgets.append(Budget(f"peak memory at {large:,}", big.megabytes, 1200 * large / 100_000, "MB"))
    print()
    for budget in budgets:
        print(budget)
    return int(any(budget.value > budget.limit for budget in budgets))


if __name__ == "__main__":
    sys.exit(main())
