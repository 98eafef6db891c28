"""Fleets by a real scheduler and two workers: the same report as from here, whoever is lost on the way."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.clusters import Held, planted, until
from tests.fleet.daskcluster import Dask, dask, fleet

pytest.importorskip("distributed", reason="needs dask[distributed]")

EVERY = ("--no-config", "--complete", "--equal-by", "all", "-o", "json", "--select", "IST0101", "--select", "MSH5")


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    os.environ["MESHCTL_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    try:
        with dask(tmp_path_factory.mktemp("dask")) as found:
            yield found
    finally:
        del os.environ["MESHCTL_CACHE_DIR"]


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_the_report_is_the_same_to_the_byte(tmp_path: Path, two_workers: Dask) -> None:
    places = planted(tmp_path)
    far = ended(fleet(*places, *EVERY, "--scheduler", two_workers.address))
    here = ended(fleet(*places, *EVERY, "--workers", "1"))
    assert far == here
    assert far[0] == 1 and len(json.loads(far[1])["fleet"]) == 5


def test_a_killed_worker_changes_nothing_and_a_lost_scheduler_is_told(tmp_path: Path, two_workers: Dask) -> None:
    held, state = Held(tmp_path / "held.yaml"), tmp_path / "state"
    everything = (*planted(tmp_path / "x"), str(held.path), *EVERY)
    process = fleet(*everything, "--scheduler", two_workers.address)
    with held.reading() as reader:
        workers = {worker.pid for worker in two_workers.workers}
        # The other one does it again.
        assert {reader, held.killed(reader)} == workers
    killed = ended(process)
    process = fleet(*everything, "--workers", "1")
    with held.reading():
        pass
    undisturbed = ended(process)
    assert killed == undisturbed and undisturbed[0] == 1 and len(json.loads(killed[1])["fleet"]) == 6

    two_workers.add_worker()
    process = fleet(*everything, "--scheduler", two_workers.address, "--state", str(state))
    with held.reading():
        # The other worker has done all that is left, and we have it.
        until(lambda: state.is_dir() and len(list(state.glob("*.docs"))) == 5)
        two_workers.scheduler.kill()
        code, out, err = ended(process)
    assert code == 3
    assert err == (
        f"meshctl: the scheduler {two_workers.address} cannot be used: it went away; 1 of 6 clusters are not read. "
        "What is done is kept: --resume goes on from there.\n"
    )
    report = json.loads(out)
    assert [row["cluster"] for row in report["fleet"] if row["state"] == "failed"] == [str(held.path)]
    assert [each["what"] for each in report["summary"]["unread"]] == [f"cluster {held.path}"]
    assert len({f["resource"]["cluster"] for f in report["findings"] if f["code"] == "IST0101"}) == 5

    process = fleet(*everything, "--workers", "1", "--state", str(state), "--resume")
    with held.reading():
        pass
    code, out, err = ended(process)
    assert (code, out) == undisturbed[:2] and "5 of 6 clusters" in err


def test_a_scheduler_that_is_not_there(tmp_path: Path) -> None:
    code, out, err = ended(fleet(*planted(tmp_path), *EVERY, "--scheduler", "tcp://127.0.0.1:9", "--timeout", "1"))
    assert code == 3 and "the scheduler tcp://127.0.0.1:9 cannot be used: it cannot be reached" in err
    assert {row["state"] for row in json.loads(out)["fleet"]} == {"failed"} and "Traceback" not in err


def test_a_scheduler_without_workers(tmp_path: Path) -> None:
    with dask(tmp_path, workers=0) as lonely:
        code, out, err = ended(fleet(*planted(tmp_path / "x"), *EVERY, "--scheduler", lonely.address, "--timeout", "1"))
    assert code == 3 and "it has had no worker for 1 s" in err
    assert len(json.loads(out)["summary"]["unread"]) == 5
