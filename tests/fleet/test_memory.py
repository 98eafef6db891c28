"""Memory is that of the clusters in flight: three times as many clusters take no more of it."""

import os
from pathlib import Path

import pytest

from bench.fleet import run, write


def test_three_times_as_many_clusters_take_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "MESHCTL_CACHE_DIR", str(tmp_path / "cache"))
    places = write(tmp_path, 6, 600, "")
    few, many = (run(places[:count], 1, tmp_path / f"state-{count}") for count in (2, 6))
    # One cluster that stays behind would be a third of it.
    assert many.worker < 1.1 * few.worker
    # Of each, this process keeps what is in the report.
    assert many.main - few.main < 6
