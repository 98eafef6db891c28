"""The progress bar, as a terminal gets it: there while something is read, gone afterwards, never where nobody looks."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from meshctl.cli.progress import shortened
from tests.apiserver import ApiServer, Fault
from tests.cli.command import BOOKSHOP
from tests.cli.test_capture import objects

pty = pytest.importorskip("pty", reason="no pseudo-terminals here")

Start = Callable[..., ApiServer]

HIDDEN, SHOWN, ERASED = "\x1b[?25l", "\x1b[?25h", "\x1b[2K"


class Terminal:
    """A terminal that is the stderr of a command; `seen` is all that has come so far."""

    def __init__(self, config: Path, *arguments: str, **environment: str) -> None:
        self._master, slave = pty.openpty()
        environ = {key: value for key, value in os.environ.items() if key not in ("CI", "NO_COLOR")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "meshctl", *arguments, "--no-config", "--kubeconfig", str(config)],
            stdout=subprocess.PIPE,
            stderr=slave,
            text=True,
            cwd=config.parent,
            env={**environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment},
        )
        os.close(slave)
        self.seen = ""

    def until(self, text: str) -> None:
        """Read until the text has come. Fails where the command ends before."""
        while text not in self.seen:
            data = self._read()
            assert data, f"{text!r} never came: {self.seen!r}"
            self.seen += data

    def end(self) -> tuple[int, str]:
        """Exit code and stdout, with everything read."""
        while data := self._read():
            self.seen += data
        out, _ = self.process.communicate(timeout=10)
        os.close(self._master)
        return self.process.returncode, out

    def _read(self) -> str:
        try:
            return os.read(self._master, 65536).decode(errors="replace")
        except OSError:
            # Nobody has the other side any more.
            return ""


def test_it_is_there_while_it_is_read_and_gone_afterwards(tmp_path: Path, api_server: Start) -> None:
    go = Event()
    server = api_server(objects(BOOKSHOP), faults=[Fault("/virtualservices", wait=go)])
    terminal = Terminal(server.kubeconfig(tmp_path / "config"), "analyze", "--select", "IST0101")
    terminal.until("Reading test")
    terminal.until(" objects")
    go.set()
    code, out = terminal.end()
    assert code == 1 and "Found" in out
    assert terminal.seen.count(HIDDEN) == terminal.seen.count(SHOWN) == 1
    after = terminal.seen.rpartition(SHOWN)[2]
    assert after.replace(ERASED, "").replace("\x1b[1A", "").strip("\r\n") == "" and ERASED in after


@pytest.mark.parametrize(
    ("flag", "environment"), [(("--quiet",), {}), ((), {"CI": "true"})], ids=["quiet", "a pipeline"]
)
def test_it_is_not_there(tmp_path: Path, api_server: Start, flag: tuple[str, ...], environment: dict[str, str]) -> None:
    config = api_server(objects(BOOKSHOP)).kubeconfig(tmp_path / "config")
    terminal = Terminal(config, "analyze", "--select", "IST0101", *flag, **environment)
    assert terminal.end()[0] == 1 and terminal.seen == ""


@pytest.mark.parametrize("command", ["analyze", "capture", "doctor"])
def test_ctrl_c_leaves_the_terminal_as_it_was(tmp_path: Path, api_server: Start, command: str) -> None:
    server = api_server(faults=[Fault("/api", times=None, wait=Event())])
    terminal = Terminal(server.kubeconfig(tmp_path / "config"), command)
    terminal.until("Reading test")
    os.kill(terminal.process.pid, signal.SIGINT)
    code, out = terminal.end()
    assert (code, out) == (130, "")
    assert terminal.seen.rpartition(SHOWN)[2].count(HIDDEN) == 0 and SHOWN in terminal.seen
    assert "Traceback" not in terminal.seen
    assert [file.name for file in tmp_path.iterdir()] == ["config"]


def test_long_names_keep_their_ends() -> None:
    name = "arn:aws:eks:eu-west-1:123456789012:cluster/production"
    assert shortened(name) == "arn:aws:eks:eu-…ster/production" and len(shortened(name)) <= 32
    assert shortened("test") == "test"
