"""The way to an admin port: it reads and nothing else, within a time and a size."""

import socket
import time

import pytest

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.transports.http import Http
from meshctl.proxy.transports.paths import NotAllowed, allowed
from meshctl.proxy.transports.transport import Unreachable
from tests.proxy.recorder import Told, recording

READ = (
    "/config_dump",
    "/config_dump?include_eds",
    "/config_dump?resource=dynamic_listeners",
    "/config_dump?mask=bootstrap",
    "/clusters?format=json",
    "/stats?format=json&histogram_buckets=detailed",
    "/stats/prometheus",
    "/server_info",
    "/debug/syncz",
    "/debug/config_dump?proxyID=web-1.shop",
)
REFUSED = (
    "/quitquitquit",
    "/logging?level=debug",
    "/reset_counters",
    "/drain_listeners",
    "/healthcheck/fail",
    "/runtime_modify?a=b",
    "/heapprofiler?enable=y",
    "/cpuprofiler?enable=y",
    "/stats?format=json&reset",
    "/stats/recentlookups/clear",
    "/debug/adsz?push=true",
    "/debug/syncz?push=true",
    "/debug/cachez?clear=true",
    "/debug/force_disconnect?proxyID=web-1.shop",
    "/debug/config_dump?proxyID=web-1.shop&push=true",
    "/config_dump?include_eds\nHost: x",
    "/../quitquitquit",
    "//quitquitquit",
    "",
)


@pytest.mark.parametrize("path", READ)
def test_paths_that_only_read(path: str) -> None:
    assert allowed(path) == path


@pytest.mark.parametrize("path", REFUSED)
def test_other_paths_are_never_sent(path: str) -> None:
    with recording() as server:
        with pytest.raises(NotAllowed):
            Http(server.url).get(path)
        assert server.requests == []


def test_an_answer_with_its_status_and_time() -> None:
    told = {"/memory": Told(503, b"busy", date="Fri, 02 Jan 2026 03:04:05 GMT")}
    with recording(told) as server:
        answer = Http(f"{server.url}/").get("/memory")
    assert (answer.status, answer.body) == (503, b"busy")
    assert answer.date is not None and answer.date.isoformat() == "2026-01-02T03:04:05+00:00"
    with pytest.raises(BrokenAnswer, match="was refused with 503: busy") as refused:
        answer.data()
    assert refused.value.status == 503


def test_a_redirect_is_not_followed() -> None:
    with recording({"/memory": Told(302, b"")}) as server:
        assert Http(server.url).get("/memory").status == 302
        assert server.requests == [("GET", "/memory")]


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match="cannot be reached: connection refused"):
            Http(f"http://127.0.0.1:{free.getsockname()[1]}").get("/memory")


@pytest.mark.parametrize("body", [b"x" * 1000, b""], ids=["drips", "says nothing"])
def test_a_slow_answer_ends_at_the_limit(body: bytes) -> None:
    """Each byte comes soon enough; all of them together do not."""
    since = time.monotonic()
    with recording({"/memory": Told(200, body, pause=0.02, short=not body)}) as server:
        with pytest.raises(Unreachable, match=r"did not answer within 0\.3 s|closed in the middle"):
            Http(server.url, timeout=0.3).get("/memory")
        assert time.monotonic() - since < 5


def test_a_port_that_accepts_and_says_nothing() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(Unreachable, match=r"did not answer within 0\.2 s"):
            Http(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2).get("/memory")


def test_an_answer_that_is_too_large_or_cut_off() -> None:
    with recording({"/memory": Told(200, b"x" * 5000), "/certs": Told(200, b"{", short=True)}) as server:
        with pytest.raises(BrokenAnswer, match="larger than the 1,000 bytes"):
            Http(server.url, largest=1000).get("/memory")
        with pytest.raises(Unreachable, match="closed in the middle"):
            Http(server.url).get("/certs")


@pytest.mark.parametrize(
    "url", ["ftp://a", "http://", "http://a/?x=1", "", "file:///etc/passwd", "http://[::1", "http://a:99999", "a:x"]
)
def test_what_is_no_port(url: str) -> None:
    with pytest.raises(ValueError, match="is no URL of a port"):
        Http(url)


def test_a_password_is_not_shown() -> None:
    assert Http("http://me:secret@127.0.0.1:15000/x").name == "http://127.0.0.1:15000/x"
    assert Http("127.0.0.1:15000").name == "http://127.0.0.1:15000"
