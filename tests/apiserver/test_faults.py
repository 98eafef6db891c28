"""Everything that may go wrong on the way can be made to go wrong."""

import http.client
import json
import ssl
import time
from collections.abc import Callable
from threading import Event, Thread

import pytest

from tests.apiserver import ApiServer, Fault
from tests.apiserver.client import Client, ask
from tests.apiserver.given import mesh

Start = Callable[..., ApiServer]
LOST = (ConnectionError, http.client.HTTPException, ssl.SSLError)


def test_too_many_requests(api_server: Start) -> None:
    fault = Fault(r"/pods", status=429, retry_after=2, times=2, skip=1)
    server = api_server(mesh(), faults=[fault])
    replies = [ask(server, "/api/v1/pods") for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 429, 429, 200]
    assert replies[1].headers["Retry-After"] == "2" and replies[1].body["reason"] == "TooManyRequests"
    assert fault.happened == 2
    assert [request.status for request in server.requests] == [200, 429, 429, 200]


@pytest.mark.parametrize(("status", "reason"), [(500, "InternalError"), (503, "ServiceUnavailable"), (504, "Timeout")])
def test_server_errors(api_server: Start, status: int, reason: str) -> None:
    server = api_server(faults=[Fault("/pods", status=status, message="etcd is away", times=None)])
    for _ in range(3):
        reply = ask(server, "/api/v1/pods")
        assert (reply.status, reply.body["reason"], reply.body["message"]) == (status, reason, "etcd is away")
    assert ask(server, "/api/v1/services").status == 200


def test_only_one_user_suffers(api_server: Start) -> None:
    server = api_server(faults=[Fault("", status=500, user="somebody", times=None)])
    assert ask(server, "/version").status == 200


def test_text_of_a_proxy(api_server: Start) -> None:
    server = api_server(faults=[Fault("/pods", status=502, text=b"<html>Bad Gateway</html>")])
    reply = ask(server, "/api/v1/pods")
    assert (reply.status, reply.body) == (502, "<html>Bad Gateway</html>")


def test_expired_in_the_middle(api_server: Start) -> None:
    server = api_server(mesh(), faults=[Fault("/pods", expired=True)])
    first = ask(server, "/api/v1/pods?limit=3").body["metadata"]["continue"]
    refused = ask(server, f"/api/v1/pods?limit=3&continue={first}")
    assert refused.status == 410
    assert ask(server, f"/api/v1/pods?limit=3&continue={first}").status == 200


@pytest.mark.parametrize("share", [0, 0.5])
@pytest.mark.parametrize("reset", [False, True])
def test_cut_off(api_server: Start, share: float, reset: bool) -> None:
    server = api_server(mesh(), faults=[Fault("/pods", cut=share, reset=reset)])
    with pytest.raises(LOST) as lost:
        ask(server, "/api/v1/pods")
    if reset:
        assert isinstance(lost.value, (ConnectionResetError, http.client.IncompleteRead, ssl.SSLError))
    assert len(ask(server, "/api/v1/pods").body["items"]) == 8
    assert bool(server.requests[0].sent) is bool(share)


def test_truncated(api_server: Start) -> None:
    server = api_server(mesh(), faults=[Fault("/pods", truncate=0.5)])
    with pytest.raises(json.JSONDecodeError):
        ask(server, "/api/v1/pods")


def test_slow_until_told(api_server: Start) -> None:
    go = Event()
    server = api_server(mesh(), faults=[Fault("/pods", wait=go)])
    answers = []
    waiting = Thread(target=lambda: answers.append(ask(server, "/api/v1/pods").status))
    waiting.start()
    assert ask(server, "/api/v1/services").status == 200, "only that request is slow"
    assert answers == []
    go.set()
    waiting.join(5)
    assert answers == [200]


def test_end_does_not_wait_for_the_slow() -> None:
    begun = time.monotonic()
    with ApiServer(faults=[Fault("/pods", wait=Event()), Fault("/services", wait=60.0)]) as server:
        lost: list[type] = []

        def wait(path: str) -> None:
            with pytest.raises(LOST) as caught:
                ask(server, path)
            lost.append(caught.type)

        threads = [Thread(target=wait, args=(path,)) for path in ("/api/v1/pods", "/api/v1/services")]
        for thread in threads:
            thread.start()
        while len(server.requests) < 2:
            threads[0].join(0.001)
    for thread in threads:
        thread.join(5)
    assert len(lost) == 2 and time.monotonic() - begun < 5


def test_killed_in_the_middle() -> None:
    with ApiServer(mesh(), faults=[Fault("/pods", cut=0.5, kill=True)]) as server, Client(server) as idle:
        assert idle.ask("/version").status == 200
        with pytest.raises(LOST):
            ask(server, "/api/v1/pods")
        with pytest.raises((*LOST, OSError)):
            idle.ask("/version")
        with pytest.raises(ConnectionRefusedError):
            ask(server, "/version")


def test_own_defects_are_not_hidden() -> None:
    with pytest.raises(KeyError, match="broken"), ApiServer() as server:

        def broken(*_: object) -> None:
            raise KeyError("broken")

        server.api.answer = broken  # type: ignore[method-assign,assignment]
        assert ask(server, "/version").status == 500
