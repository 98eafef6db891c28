"""`analyze --watch`: a report, then the difference after each change, until Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from meshctl.cli.watch_files import difference, state
from meshctl.model.finding import Finding
from meshctl.model.ids import ResourceId
from meshctl.model.location import Location
from meshctl.model.result import Result, Unread
from meshctl.model.severity import Severity
from tests.cli.command import meshctl

GOOD = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
"""
ODD = GOOD.replace("http", "odd")


class Watching:
    """A run that watches a folder; what it prints is read line by line."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "meshctl", "analyze", "--no-config", "--watch", *arguments]
        self._run = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        assert self._run.stdout and self._run.stderr
        self._out, self._err = self._run.stdout, self._run.stderr

    def line(self) -> str:
        """The next line, without the time that may stand in front."""
        text = self._out.readline()
        return text.partition(" ")[2] if text[2:3] == ":" else text

    def complaint(self) -> str:
        return self._err.readline()

    def end(self) -> tuple[int, str, str]:
        self._run.send_signal(signal.SIGINT)
        out, err = self._run.communicate(timeout=30)
        return self._run.returncode, out, err

    def stop(self) -> None:
        self._run.kill()
        self._run.communicate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "web.yaml").write_text(GOOD)
    return tmp_path


def replace(file: Path, text: str) -> None:
    """As editors do."""
    new = file.with_suffix(".new")
    new.write_text(text)
    os.replace(new, file)


def test_what_changes_is_told_and_ctrl_c_ends_it(folder: Path) -> None:
    run = Watching(folder, ".")
    try:
        assert run.line() == "No problems in 1 resource of 1 file.\n"
        replace(folder / "web.yaml", ODD)
        assert run.line() == "0 fixed, 1 new, 1 in all\n"
        assert run.line().startswith("+ ./web.yaml:4:56: info IST0118 Service shop/web: ")
        (folder / "more.yaml").write_text("a: [")
        assert run.line() == "0 fixed, 1 new, 2 in all, 1 not read\n"
        assert run.line().startswith("+ ./more.yaml:1:5: error MSH001 ")
        (folder / "more.yaml").unlink()
        assert run.line() == "1 fixed, 0 new, 1 in all\n"
        assert run.line().startswith("- ./more.yaml:1:5: error MSH001 ")
        replace(folder / "web.yaml", "# above\n" + ODD)
        assert run.line() == "0 fixed, 0 new, 1 in all\n"
        assert run.end() == (130, "", "")
    finally:
        run.stop()


def test_reports_in_files_are_kept_up_to_date(folder: Path) -> None:
    run = Watching(folder, "web.yaml", "-o", "human", "-o", "json=out.txt")
    try:
        assert run.line().startswith("No problems")
        replace(folder / "web.yaml", ODD)
        assert run.line() == "0 fixed, 1 new, 1 in all\n"
        assert run.end()[0] == 130
        assert [f["code"] for f in json.loads((folder / "out.txt").read_text())["findings"]] == ["IST0118"]
    finally:
        run.stop()


def test_a_path_that_is_gone_may_come_back(folder: Path) -> None:
    run = Watching(folder, "web.yaml")
    try:
        assert run.line().startswith("No problems")
        (folder / "web.yaml").unlink()
        assert run.complaint().startswith("meshctl: web.yaml does not exist")
        (folder / "web.yaml").write_text(ODD)
        assert run.line() == "0 fixed, 1 new, 1 in all\n"
    finally:
        run.stop()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("-",), "--watch takes files and directories"),
        ((".", "-o", "json"), "--watch prints text: give the other report a file, as in -o json=FILE"),
        ((".", "--fix"), "--watch is for files alone"),
        ((".", "--live"), "--watch is for files alone"),
        (("gone.yaml",), "gone.yaml does not exist"),
    ],
)
def test_what_cannot_be_watched(folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = meshctl("analyze", "--no-config", "--watch", *arguments, cwd=folder)
    assert done.code == 2 and sentence in done.err


def finding(fingerprint: str, line: int = 1) -> Finding:
    web = ResourceId("", "", "Service", "shop", "web")
    place = Location("a.yaml", line, 1, line, 2)
    return Finding("T", "t", Severity.ERROR, "m", web, location=place, fingerprint=fingerprint)


def test_equal_findings_are_counted() -> None:
    before = Result(findings=(finding("a", 1), finding("b", 2)))
    after = Result(findings=(finding("a", 5), finding("a", 6)), unread=(Unread("x", "y"),))
    assert difference(before, after).splitlines() == [
        "1 fixed, 1 new, 2 in all, 1 not read",
        "- a.yaml:2:1: error T Service shop/web: m",
        "+ a.yaml:6:1: error T Service shop/web: m",
    ]


def test_the_state_is_of_all_files_below_but_hidden_directories(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "index").touch()
    (folder / "sub").mkdir()
    (folder / "sub" / "kustomization.yaml").touch()
    found = state([str(folder), "gone"])
    assert sorted(os.path.relpath(file, folder) for file in found) == ["sub/kustomization.yaml", "web.yaml"]
    os.utime(folder / "web.yaml", ns=(1, 1))
    assert state([str(folder)]) != found
