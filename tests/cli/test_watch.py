"""`--watch`: rounds in a pipe and in a terminal, and how they end."""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.watch import Rounds
from tests.apiserver import ApiServer
from tests.cli.command import ROOT, meshctl
from tests.proxy.livemesh import pod

REFUSING = ROOT / "fixtures/proxy/refusing"
ARGUMENTS = ("proxy-status", "--dump", str(REFUSING), "--no-config")
PATIENCE = 20.0
CLEAR = "\x1b[H\x1b[2J\x1b[3J"

Start = Callable[..., ApiServer]


@contextmanager
def running(*arguments: str, stdout: int = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    """A command that goes on; killed at the end if it still does."""
    command = [sys.executable, "-m", "meshctl", *arguments]
    environment = {**os.environ, "PYTHONWARNINGS": "error", "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def read_until(file: int, wanted: Callable[[str], bool]) -> str:
    """What comes out of a file until it is enough."""
    found, end = b"", time.monotonic() + PATIENCE
    while not wanted(found.decode(errors="replace")):
        assert time.monotonic() < end, found
        if select.select([file], [], [], 0.1)[0]:
            data = os.read(file, 65536)
            assert data, found
            found += data
    return found.decode()


def documents(text: str) -> list[Any]:
    decoder, found, at = json.JSONDecoder(), [], 0
    while (text := text[at:].lstrip()).startswith("{"):
        try:
            value, at = decoder.raw_decode(text)
        except json.JSONDecodeError:
            break
        found.append(value)
    return found


def end(process: subprocess.Popen[bytes]) -> str:
    """Ctrl-C; the rest of stderr. It takes no second."""
    since = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 130
    assert time.monotonic() - since < 1
    assert process.stderr
    return process.stderr.read().decode()


@pytest.mark.parametrize("command", ["proxy-status", "drift", "latency"])
def test_a_document_a_round(command: str) -> None:
    arguments = (command, "--dump", str(REFUSING), "--no-config", "-o", "json", "-q", "--watch", "0.1")
    with running(*arguments) as process:
        assert process.stdout
        text = read_until(process.stdout.fileno(), lambda found: len(documents(found)) >= 3)
        first, second, third = documents(text)[:3]
        assert first == second == third and first["inputs"]
        assert "Traceback" not in end(process)


def test_a_block_a_round_with_its_time() -> None:
    with running(*ARGUMENTS, "--watch", "0.1") as process:
        assert process.stdout
        text = read_until(process.stdout.fileno(), lambda found: found.count(", every 0.1 s\n") >= 3)
        end(process)
    blocks = re.split(r"\n?\d\d:\d\d:\d\d, every 0\.1 s\n", text, flags=re.MULTILINE)
    assert blocks[0] == "" and "MSH201" in blocks[1] and blocks[1] == blocks[2]
    assert "\x1b[2J" not in text


def test_a_terminal_is_drawn_anew_and_left_as_it_was() -> None:
    terminal, inside = pty.openpty()
    try:
        with running(*ARGUMENTS, "--watch", "0.1", stdout=inside) as process:
            text = read_until(terminal, lambda found: found.count(CLEAR) >= 3)
            end(process)
    finally:
        os.close(inside)
        os.close(terminal)
    first, second = text.split(CLEAR)[1:3]
    assert "MSH201" in first
    assert first.partition("\n")[2] == second.partition("\n")[2]
    # Nothing is switched on (another screen, an invisible cursor, a mouse) that would have to be switched off.
    assert not re.search(r"\x1b\[\?", text)


def test_ctrl_c_while_pods_hang(api_server: Start, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        server = api_server([pod(f"web-{i}") for i in range(40)])
        for i in range(40):
            server.forward(f"shop/web-{i}", 15000, silent.getsockname()[1])
        arguments = ("--kubeconfig", str(server.kubeconfig(tmp_path / "config")), "--no-config", "--watch", "1")
        with running("proxy-status", *arguments) as process:
            until = time.monotonic() + PATIENCE
            while sum(request.resource == "pods/portforward" for request in server.requests) < 20:
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.02)
            assert "Traceback" not in end(process)


def test_who_leaves_ends_it() -> None:
    with running(*ARGUMENTS, "-q", "--watch", "0.1") as process:
        assert process.stdout
        read_until(process.stdout.fileno(), lambda found: "MSH201" in found)
        process.stdout.close()
        # The exit code is that of the last round.
        assert process.wait(PATIENCE) == 1


@pytest.mark.parametrize("seconds", ["0", "-1", "1e9", "nan"])
def test_what_is_no_time_between_rounds(seconds: str) -> None:
    done = meshctl(*ARGUMENTS, "--watch", seconds)
    assert done.code == 2 and "--watch takes 0.1 to 86400 seconds" in done.err


def rounds(results: Sequence[int | Exception], monkeypatch: pytest.MonkeyPatch) -> int:
    """The rounds of a watch that come to this, and then Ctrl-C."""
    rest = iter(results)

    def once() -> int:
        result = next(rest)
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return Rounds(1.0, [("human", "")]).run(once)


def test_what_is_wrong_at_first_ends_it_and_later_does_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match="no such pod"):
        rounds([UsageError("no such pod")], monkeypatch)
    with pytest.raises(typer.Abort):
        rounds([0, UsageError("gone for now"), 0, typer.Abort()], monkeypatch)
    assert capsys.readouterr().err == "meshctl: gone for now\n"
