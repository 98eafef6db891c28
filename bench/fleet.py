"""Measure `meshctl fleet` against its promises: memory of the clusters in flight, cost by the number of clusters.

Usage: python -m bench.fleet [--clusters FEW MANY] [--size N] [--workers N] [--generator FILE]

Each cluster is a generated mesh of N resources with its own seed; all should be equal, so that the fold has work to do.
The largest memory of one worker is held against that of `meshctl analyze` on one cluster, and time and memory of MANY
clusters against those of FEW. Exits 1 if a budget is exceeded. `--generator` names a script that is called with N, a
folder and `--seed`, in place of our own generator.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.generate import generate
from bench.run import ANALYZE, Budget, measure


@dataclass(frozen=True, slots=True)
class Fleet:
    """What a run took: wall-clock seconds, and peak memory in MB of its main process and of the largest worker."""

    seconds: float
    main: float
    worker: float


def write(folder: Path, clusters: int, size: int, generator: str) -> list[str]:
    """The clusters, as folders."""
    places = []
    for number in range(clusters):
        place = folder / f"cluster-{number:04d}"
        if not place.exists():
            if generator:
                command = [sys.executable, generator, str(size), str(place), "--seed", str(number)]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            else:
                generate(place, size, seed=number)
        places.append(str(place))
    return places


def run(places: list[str], workers: int, state: Path) -> Fleet:
    """A whole run, each time from nothing. The memory of workers is that of the children of its process."""
    command = [sys.executable, "-m", "bench.fleet", "--within", "fleet", *places, "--no-config", "--complete"]
    command += [
        "--equal-by",
        "all",
        "--workers",
        str(workers),
        "--state",
        str(state),
        "--no-cache",
        "--fail-on",
        "never",
    ]
    command += ["--quiet", "-o", "prometheus"]
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    main, worker = map(float, done.stderr.split()[-2:])
    return Fleet(seconds, main / 1024, worker / 1024)


def within(arguments: list[str]) -> None:
    """The command in this process, which then tells its memory and that of its largest child on stderr."""
    from meshctl.__main__ import main

    sys.argv = ["meshctl", *arguments]
    try:
        main()
    finally:
        usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        sys.stderr.write(" ".join(map(str, usage)))


def main() -> int:
    if sys.argv[1:2] == ["--within"]:
        within(sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clusters", type=int, nargs=2, default=(10, 40), metavar=("FEW", "MANY"))
    parser.add_argument("--size", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--generator", default="", metavar="FILE")
    given = parser.parse_args()
    few, many = given.clusters
    with tempfile.TemporaryDirectory(prefix="meshctl-bench-") as name:
        folder = Path(name)
        places = write(folder, many, given.size, given.generator)
        alone = measure((*ANALYZE, "--no-cache", "--complete", places[0]))
        print(f"one cluster of {given.size:,}, meshctl analyze: {alone.seconds:.2f} s, {alone.megabytes:.0f} MB")
        runs = {}
        for count in (few, many):
            runs[count] = found = run(places[:count], given.workers, folder / f"state-{count}")
            kept = sum(file.stat().st_size for file in (folder / f"state-{count}").iterdir())
            one = found.seconds / count * given.workers
            print(
                f"{count:,} clusters, {given.workers} workers: {found.seconds:.1f} s, {one:.2f} s each and worker\n"
                f"{'':>10} main process {found.main:.0f} MB, largest worker {found.worker:.0f} MB, "
                f"kept {kept / count / 1000:,.0f} kB a cluster",
                flush=True,
            )
    small, large = runs[few], runs[many]
    budgets = [
        Budget(f"T({many} clusters) / T({few} clusters)", large.seconds / small.seconds, 1.15 * many / few),
        Budget("largest worker / meshctl analyze on one cluster", large.worker / alone.megabytes, 1.6),
        Budget(f"largest worker, {many} clusters / {few}", large.worker / small.worker, 1.15),
        Budget("main process, MB a cluster", (large.main - small.main) / (many - few), given.size / 1000, "MB"),
    ]
    print()
    for budget in budgets:
        print(budget)
    return int(any(budget.value > budget.limit for budget in budgets))


if __name__ == "__main__":
    sys.exit(main())
