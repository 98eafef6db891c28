"""Measure reading a live cluster against the time that its API server needs to send the same lists.

Usage: python -m bench.live [--objects N]

A server in a process of its own serves a generated mesh on 127.0.0.1. A client that only downloads the lists that
`meshctl analyze` reads, with as many connections, shows what the server needs; `meshctl analyze` is a whole process,
start-up and all checks included. Each asks a server of its own which, as a real one, has to write its objects as JSON
first. Both run several times in turns. Exits 1 if a budget is exceeded.
"""

import argparse
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from bench.generate import generate
from bench.livelike import as_live
from bench.run import Budget, Run, measure
from meshctl.analysis.analyze import kinds_of
from meshctl.analysis.registry import choose, load
from meshctl.sources.cluster.connection import Connection as Server
from meshctl.sources.cluster.discovery import Served, discover
from meshctl.sources.cluster.kubeconfig import contexts
from meshctl.sources.cluster.reading import PARALLEL
from meshctl.sources.files import read_files
from tests.apiserver import ApiServer

ROUNDS = 5
SPAWN = multiprocessing.get_context("spawn")


def prepare(folder: Path, objects: int) -> None:
    """Write what the servers serve. A process of its own: memory of ours would be counted as that of what we start."""
    generate(folder / "mesh", objects)
    found = [as_live(resource.data) for resource in read_files([str(folder / "mesh")]).resources]
    print(f"{len(found):,} objects")
    (folder / "objects.json").write_bytes(msgspec.json.encode(found))


def serve(folder: Path, kubeconfig: str, pipe: Connection) -> None:
    """The server's process: until the other side says so."""
    with ApiServer(msgspec.json.decode((folder / "objects.json").read_bytes())) as server:
        server.kubeconfig(Path(kubeconfig))
        pipe.send("ready")
        pipe.recv()


@contextmanager
def serving(folder: Path, kubeconfig: str) -> Iterator[None]:
    """A new server while the block runs."""
    here, there = multiprocessing.Pipe()
    process = SPAWN.Process(target=serve, args=(folder, kubeconfig, there), daemon=True)
    process.start()
    here.recv()
    yield
    here.send("enough")
    process.join()


def download(kubeconfig: str) -> float:
    """Seconds to fetch every page of every list, and do nothing with them."""
    server = Server(contexts(kubeconfig, [])[0].configuration(), 600, parallel=PARALLEL)
    start = time.perf_counter()
    kinds = discover(server, kinds_of(choose(load(), [], []))).served.values()
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(lambda kind: pages(server, kind), kinds))
    return time.perf_counter() - start


class Meta(msgspec.Struct):
    continue_: str = msgspec.field(name="continue", default="")


class Page(msgspec.Struct):
    metadata: Meta


def pages(server: Server, kind: Served) -> None:
    query = {"limit": "500"}
    while True:
        answer = server.get(kind.path(), query)
        token = msgspec.json.decode(answer.body, type=Page).metadata.continue_
        if not token:
            return
        query["continue"] = token


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=14_000)
    given = parser.parse_args()
    rounds: list[tuple[float, Run]] = []
    with tempfile.TemporaryDirectory(prefix="meshctl-bench-") as name:
        kubeconfig = f"{name}/kubeconfig"
        folder = Path(name)
        preparing = SPAWN.Process(target=prepare, args=(folder, given.objects))
        preparing.start()
        preparing.join()
        analyze = (sys.executable, "-m", "meshctl", "analyze", "--kubeconfig", kubeconfig, "--fail-on", "never",
                   "--no-config", "-o", "concise", "--quiet")  # fmt: skip
        for _ in range(ROUNDS):
            with serving(folder, kubeconfig):
                alone = download(kubeconfig)
            with serving(folder, kubeconfig):
                rounds.append((alone, measure(analyze)))
    lists = statistics.median(seconds for seconds, _ in rounds)
    whole = statistics.median(run.seconds for _, run in rounds)
    print(f"the lists alone {lists:.2f} s, meshctl analyze {whole:.2f} s")
    budgets = [
        Budget(f"live, {given.objects:,} objects: analyze / sending the lists", whole / lists, 2),
        Budget("live, peak memory", max(run.megabytes for _, run in rounds), 200, "MB"),
    ]
    for budget in budgets:
        print(budget)
    return int(any(budget.value > budget.limit for budget in budgets))


if __name__ == "__main__":
    sys.exit(main())
