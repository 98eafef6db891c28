"""The bar of a fleet, as a terminal gets it: clusters done, failed and left."""

from pathlib import Path

import yaml

from tests.cli.test_progress import ERASED, HIDDEN, SHOWN, Terminal
from tests.fleet.clusters import Held, planted

ONLY = ("--complete", "--select", "IST0101", "--workers", "2", "--no-cache")


def test_it_counts_what_is_done_failed_and_left(tmp_path: Path) -> None:
    held, config = Held(tmp_path / "z.yaml"), tmp_path / "config"
    dead = {"name": "dead", "cluster": {"server": "http://127.0.0.1:9"}}
    context = {"name": "dead", "context": {"cluster": "dead"}}
    config.write_text(yaml.safe_dump({"kind": "Config", "clusters": [dead], "contexts": [context]}))
    terminal = Terminal(config, "fleet", *planted(tmp_path / "x")[:4], str(config), str(held.path), *ONLY)
    terminal.until("0 done, 0 failed, 6 left")
    with held.reading():
        terminal.until("4 done, 1 failed, 1 left")
        assert "5 done" not in terminal.seen
    code, out = terminal.end()
    assert code == 3 and "Clusters" in out
    assert terminal.seen.count(HIDDEN) == terminal.seen.count(SHOWN) == 1
    assert ERASED in terminal.seen.rpartition(SHOWN)[2] and "\r" in terminal.seen


def test_it_is_not_there_where_nobody_wants_it(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "none", "fleet", *planted(tmp_path / "x")[:1], *ONLY, CI="true")
    assert terminal.end()[0] == 1 and terminal.seen == ""
