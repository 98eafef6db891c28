"""`meshctl serve`: what a browser, a Prometheus and a signal get from it, also after a run that has failed."""

import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from meshctl.cli.errors import UsageError
from meshctl.cli.runs import Reports, Runs
from meshctl.cli.serve import address, seconds
from meshctl.cli.webserver import WebServer
from tests.apiserver import ApiServer, Fault
from tests.cli.command import BOOKSHOP, meshctl

PATIENCE = 20.0
GOOD = Reports(page=b"<html>page</html>", report=b"{}", metrics="meshctl_exit_code 1\n", line="all read")

Start = Callable[..., ApiServer]
Answer = tuple[int, dict[str, str], str]


def ask(port: int, path: str, method: str = "GET") -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read().decode()
    finally:
        connection.close()


def values(metrics: str) -> dict[str, float]:
    """The samples; every line that is none has to be a comment."""
    samples = [line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in samples}


@contextmanager
def served(*outcomes: Reports | Exception | None) -> Iterator[tuple[int, Runs]]:
    """A port where runs are shown that end so, one after the other."""
    results = iter(outcomes)

    def once(again: bool) -> Reports | None:
        outcome = next(results)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    runs = Runs(once, 60)
    with WebServer("127.0.0.1", 0, runs) as server:
        yield int(server.url.rstrip("/").rpartition(":")[2]), runs


def test_there_is_nothing_but_a_sign_of_life_before_the_first_run() -> None:
    with served() as (port, _):
        assert ask(port, "/healthz")[::2] == (200, "ok\n")
        for path in ("/", "/report.json"):
            status, headers, body = ask(port, path)
            assert (status, headers["Retry-After"]) == (503, "5")
            assert body == "There is no report yet: the first run has not ended.\n"
        assert values(ask(port, "/metrics")[2]) == {
            "meshctl_runs_total": 0,
            "meshctl_run_errors_total": 0,
            "meshctl_last_run_failed": 0,
        }


def test_the_last_report_is_shown() -> None:
    with served(GOOD) as (port, runs):
        began = time.time()
        runs.step()
        status, headers, body = ask(port, "/?some=query")
        assert (status, headers["Content-Type"], body) == (200, "text/html; charset=utf-8", "<html>page</html>")
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert "Last-Modified" in headers and "Warning" not in headers
        assert ask(port, "/report.json")[1:][1] == "{}"
        status, headers, body = ask(port, "/metrics")
        assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        found = values(body)
        assert (found["meshctl_runs_total"], found["meshctl_run_errors_total"], found["meshctl_exit_code"]) == (1, 0, 1)
        assert began <= found["meshctl_last_success_timestamp_seconds"] <= time.time()
        assert 0 <= found["meshctl_run_duration_seconds"] < PATIENCE


@pytest.mark.parametrize(
    "failure", [None, UsageError("x is gone"), RuntimeError("a bug")], ids=["unread", "usage", "bug"]
)
def test_a_failing_run_leaves_the_last_report(failure: Exception | None, capsys: pytest.CaptureFixture[str]) -> None:
    with served(GOOD, failure, GOOD) as (port, runs):
        runs.step()
        before = values(ask(port, "/metrics")[2])
        runs.step()
        status, headers, body = ask(port, "/")
        assert (status, body) == (200, "<html>page</html>")
        assert "the last run has failed" in headers["Warning"]
        after = values(ask(port, "/metrics")[2])
        same = "meshctl_last_success_timestamp_seconds"
        assert after[same] == before[same] and after["meshctl_exit_code"] == 1
        assert (after["meshctl_runs_total"], after["meshctl_run_errors_total"]) == (2, 1)
        assert (before["meshctl_last_run_failed"], after["meshctl_last_run_failed"]) == (0, 1)
        assert ask(port, "/healthz")[0] == 200
        runs.step()
        assert values(ask(port, "/metrics")[2])["meshctl_last_run_failed"] == 0
        assert "Warning" not in ask(port, "/")[1]
    said = [line.partition(" ")[2] for line in capsys.readouterr().err.splitlines()]
    why = {"NoneType": "nothing could be read", "UsageError": "x is gone"}
    reason = why.get(type(failure).__name__, "internal error: RuntimeError: a bug")
    assert [re.sub(r" \([0-9.]+ s\)$", "", line) for line in said] == ["all read", f"failed: {reason}", "all read"]


def test_the_first_run_needs_what_it_was_told_to_read() -> None:
    with served(UsageError("there is no such file")) as (_, runs), pytest.raises(UsageError, match="no such file"):
        runs.step()


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_but_get(method: str) -> None:
    with served(GOOD) as (port, runs):
        runs.step()
        status, headers, body = ask(port, "/", method)
        assert (status, headers["Allow"], body) == (405, "GET", "" if method == "HEAD" else "GET only.\n")


@pytest.mark.parametrize("path", ["/nothing", "/metrics/", "/../etc/passwd", "/healthz%00"])
def test_there_is_nothing_else(path: str) -> None:
    with served(GOOD) as (port, runs):
        runs.step()
        assert ask(port, path)[::2] == (404, "There are /, /report.json, /metrics and /healthz.\n")


def test_it_runs_again_until_it_is_told_to_end() -> None:
    third = Event()
    seen: list[bool] = []

    def once(again: bool) -> Reports | None:
        seen.append(again)
        if len(seen) == 3:
            third.set()
        return GOOD

    runs = Runs(once, 0.01, quiet=True)

    def end() -> None:
        assert third.wait(PATIENCE)
        runs.end()

    # A signal handler belongs into the main thread, so the runs do.
    ender = Thread(target=end)
    ender.start()
    assert runs.run() == 0
    ender.join()
    assert seen[:3] == [False, True, True]
    assert runs.state.runs == len(seen)


def test_a_cluster_that_is_gone_is_a_failed_run(api_server: Start, tmp_path: Path) -> None:
    from meshctl.cli.options import Options
    from meshctl.cli.serve import _once

    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, "spec": {}}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    server = api_server([service, namespace])
    server.kubeconfig(tmp_path / "config")
    options = Options(kubeconfig=str(tmp_path / "config"), no_config=True, quiet=True, timeout=2)
    reports = _once(options, (), (), (), "")
    assert reports and '"name": "meshctl"' in reports.report.decode() and reports.page.startswith(b"<!doctype html>")
    assert values(reports.metrics)["meshctl_resources"] >= 2
    server.kill()
    assert _once(options, (), (), (), "") is None


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_within_a_second(number: signal.Signals, code: int) -> None:
    command = [sys.executable, "-m", "meshctl", "serve", BOOKSHOP, "--no-config", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as run:
        try:
            assert run.stderr
            first, second = run.stderr.readline(), run.stderr.readline()
            match = re.fullmatch(
                r"Serving http://127\.0\.0\.1:(\d+)/ with a pause of 300 s between two runs\.\n", first
            )
            assert match and "in 67 resources, 0 not read" in second, first + second
            report = json.loads(ask(int(match[1]), "/report.json")[2])
            assert report["tool"]["name"] == "meshctl" and report["findings"]
            assert 'id="verdict"' in ask(int(match[1]), "/")[2]
            since = time.monotonic()
            run.send_signal(number)
            assert run.wait(PATIENCE) == code
            assert time.monotonic() - since < 1
            assert run.stderr.read() == ""
        finally:
            run.kill()


def test_a_run_that_waits_for_a_cluster_ends_as_soon(api_server: Start, tmp_path: Path) -> None:
    answer = Event()
    server = api_server([], faults=[Fault("/api", times=None, wait=answer)])
    server.kubeconfig(tmp_path / "config")
    command = [sys.executable, "-m", "meshctl", "serve", "--kubeconfig", str(tmp_path / "config"), "--no-config"]
    with subprocess.Popen([*command, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True) as run:
        try:
            end = time.monotonic() + PATIENCE
            while not server.requests and time.monotonic() < end:
                with suppress(subprocess.TimeoutExpired):
                    run.wait(0.02)
            assert server.requests and run.poll() is None
            since = time.monotonic()
            run.send_signal(signal.SIGTERM)
            assert run.wait(PATIENCE) == 0
            assert time.monotonic() - since < 1
        finally:
            answer.set()
            run.kill()


@pytest.mark.parametrize(("text", "expected"), [("1", 1), ("30s", 30), ("5m", 300), ("1.5h", 5400), ("24h", 86400)])
def test_times(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "0", "0.5s", "25h", "5 m", "-1s", "5d", "nan", "1e3", "99999999999999999999"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(UsageError, match=r"--interval takes a time from 1s to 24h"):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [(":9090", ("", 9090)), ("127.0.0.1:0", ("127.0.0.1", 0)), ("[::1]:80", ("::1", 80)), ("box:80", ("box", 80))],
)
def test_addresses(text: str, expected: tuple[str, int]) -> None:
    assert address(text) == expected


@pytest.mark.parametrize("text", ["", "9090", "::1:80", "host:", "host:65536", "http://host:80", "a b:80"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(UsageError, match="--listen takes HOST:PORT"):
        address(text)


def test_what_ends_it_at_once() -> None:
    with served() as (port, _):
        taken = meshctl("serve", BOOKSHOP, "--no-config", "--listen", f"127.0.0.1:{port}")
    assert (taken.code, taken.err) == (2, f"meshctl: cannot listen on 127.0.0.1:{port}: Address already in use\n")
    stdin = meshctl("serve", "-", "--no-config", "--listen", "127.0.0.1:0")
    assert stdin.code == 2 and "name files or directories instead of stdin" in stdin.err
    gone = meshctl("serve", "gone.yaml", "--no-config", "--listen", "127.0.0.1:0", "--quiet")
    assert (gone.code, gone.err) == (
        2,
        "meshctl: gone.yaml does not exist: give a file, a directory, or - for stdin.\n",
    )
