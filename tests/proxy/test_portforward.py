"""HTTP over a forwarded port: in every form that an answer can have, whole or not."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.transports import portforward
from meshctl.proxy.transports.apiserver import ApiServer as Door
from meshctl.proxy.transports.apiserver import OutOfTime
from meshctl.proxy.transports.deadline import Deadline
from meshctl.proxy.transports.paths import NotAllowed
from meshctl.proxy.transports.pod import Denials, PodPort
from meshctl.proxy.transports.portforward import Kept, PortForward
from meshctl.proxy.transports.transport import NotPermitted, Unreachable
from meshctl.sources.cluster.kubeconfig import contexts
from tests.apiserver import ApiServer, Fault
from tests.proxy.livemesh import PORT_FORWARD, asked, pod, user

Start = Callable[..., ApiServer]
Reach = Callable[..., PodPort]
HEAD = b"HTTP/1.1 200 OK\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = b"0123456789" * 100_000


@contextmanager
def port(*answers: bytes, pause: float = 0, keep: bool = True) -> Iterator[tuple[int, list[bytes]]]:
    """A port that answers one request after another with these bytes, in small pieces; a pause is before each."""
    got: list[bytes] = []
    ended = threading.Event()

    def serve(listener: socket.socket) -> None:
        rest = list(answers)
        while rest:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                while rest and (request := connection.recv(65536)):
                    got.append(request)
                    answer = rest.pop(0)
                    for at in range(0, len(answer), 100_000 if not pause else 1):
                        if pause and ended.wait(pause):
                            return
                        try:
                            connection.sendall(answer[at : at + (100_000 if not pause else 1)])
                        except OSError:
                            break
                    if not keep:
                        break

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1], got
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


@pytest.fixture
def reach(api_server: Start, tmp_path: Path) -> Iterator[Reach]:
    """A way to port 15000 of a pod, which is that port on loopback."""
    opened: list[tuple[Door, Kept]] = []

    def reach(local: int | None, seconds: float = 20, server: ApiServer | None = None, who: str = "admin") -> PodPort:
        server = server or api_server([pod("web-1")])
        if local:
            server.forward("shop/web-1", 15000, local)
        (context,) = contexts(str(server.kubeconfig(tmp_path / "config", user=who)), [])
        door, kept = Door(context.configuration(), Deadline(seconds)), Kept()
        opened.append((door, kept))
        return PodPort("shop", "web-1", [PortForward(door, kept, "shop", "web-1", 15000)], Denials())

    yield reach
    for door, kept in opened:
        kept.close()
        door.close()


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (HEAD + b"Content-Length: 5\r\n\r\nhello", b"hello"),
        (HEAD + b"Content-Length: 0\r\n\r\n", b""),
        (HEAD + b"Content-Length: %d\r\n\r\n" % len(LONG) + LONG, LONG),
        (CHUNKED + b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: x\r\n\r\n", b"hello world"),
        (CHUNKED + b"%x\r\n" % len(LONG) + LONG + b"\r\n0\r\n\r\n", LONG),
        (HEAD + b"Connection: close\r\n\r\nhello", b"hello"),
        (b"HTTP/1.0 200 OK\r\n\r\nhello", b"hello"),
    ],
    ids=["length", "empty", "long", "chunked", "long chunk", "until closed", "1.0"],
)
def test_a_whole_answer(reach: Reach, answer: bytes, body: bytes) -> None:
    with port(answer, keep=b"Content-Length" in answer or b"chunked" in answer) as (local, got):
        way = reach(local)
        found = way.get("/memory")
    assert (found.status, found.body) == (200, body)
    assert got[0].startswith(b"GET /memory HTTP/1.1\r\n") and way.name == "port-forward to shop/web-1"
    if b"Date" in answer:
        assert found.date is not None and found.date.isoformat() == "2026-01-02T03:04:05+00:00"


def test_one_connection_for_several_answers(reach: Reach, api_server: Start) -> None:
    server = api_server([pod("web-1")])
    answers = [b"HTTP/1.1 503 X\r\nContent-Length: 1\r\n\r\na", HEAD + b"Content-Length: 1\r\n\r\nb"]
    with port(*answers) as (local, _):
        way = reach(local, server=server)
        assert [way.get("/memory").status, way.get("/certs").status] == [503, 200]
    assert len(asked(server, PORT_FORWARD)) == 1


def test_one_that_was_hung_up_meanwhile_is_opened_anew(reach: Reach, api_server: Start) -> None:
    server = api_server([pod("web-1")])
    with port(*[HEAD + b"Content-Length: 1\r\n\r\na"] * 2, keep=False) as (local, got):
        way = reach(local, server=server)
        assert [way.get("/memory").body, way.get("/memory").body] == [b"a", b"a"]
        assert len(got) == 2
    assert len(asked(server, PORT_FORWARD)) == 2


@pytest.mark.parametrize(
    "answer",
    [HEAD + b"Content-Length: 50\r\n\r\nhello", CHUNKED + b"5\r\nhel"],
    ids=["length", "chunked"],
)
def test_half_an_answer(reach: Reach, answer: bytes) -> None:
    with port(answer, keep=False) as (local, _), pytest.raises(Unreachable, match="closed in the middle"):
        reach(local).get("/memory")


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n"], ids=["nothing", "something else"])
def test_no_answer(reach: Reach, answer: bytes) -> None:
    with port(answer, keep=False) as (local, _), pytest.raises(Unreachable, match="closed without an answer"):
        reach(local).get("/memory")


def test_nobody_listens(reach: Reach) -> None:
    with pytest.raises(Unreachable, match="nothing listens on its port 15000"):
        reach(None).get("/memory")


def test_an_answer_that_drips_ends_at_its_limit(reach: Reach) -> None:
    """Each byte comes soon enough; all of them together do not."""
    since = time.monotonic()
    with port(HEAD + b"Content-Length: 500\r\n\r\n" + b"x" * 500, pause=0.02) as (local, _):
        with pytest.raises(Unreachable, match=r"did not answer within 0\.\d+ s"):
            reach(local, seconds=2).get("/memory")
        assert time.monotonic() - since < 2


def test_an_answer_that_is_too_large(reach: Reach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portforward, "LARGEST", 1000)
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % len(LONG) + LONG
    with port(answer, keep=False) as (local, _), pytest.raises(BrokenAnswer, match="larger than the 1,000 bytes"):
        reach(local).get("/memory")


def test_nothing_is_asked_after_the_end(reach: Reach, api_server: Start) -> None:
    server = api_server([pod("web-1")])
    with pytest.raises(OutOfTime, match="was not asked"):
        reach(1, seconds=0, server=server).get("/memory")
    assert asked(server, PORT_FORWARD) == []


@pytest.mark.parametrize("path", ["/quitquitquit", "/logging?level=debug", "/memory HTTP/1.1\r\n\r\nPOST /x"])
def test_other_paths_are_never_sent(reach: Reach, api_server: Start, path: str) -> None:
    server = api_server([pod("web-1")])
    with pytest.raises(NotAllowed):
        reach(1, server=server).get(path)
    assert asked(server, PORT_FORWARD) == []


def test_what_is_denied_is_not_asked_again(reach: Reach, api_server: Start) -> None:
    server = api_server([pod("web-1")], users=[user("dev")])
    way = reach(None, server=server, who="dev")
    for _ in range(3):
        with pytest.raises(NotPermitted, match="port-forward is forbidden in namespace shop"):
            way.get("/memory")
    assert len(asked(server, PORT_FORWARD)) == 1


def test_a_dead_api_server(reach: Reach, api_server: Start) -> None:
    server = api_server([pod("web-1")])
    way = reach(None, server=server)
    server.kill()
    with pytest.raises(Unreachable, match=r"no connection to the API server: .*refused"):
        way.get("/memory")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (200, "port-forward was refused with 200"),
        (302, r"no connection to the API server: Redirect|was refused with 302"),
        (400, "port-forward was refused with 400: on purpose"),
        (404, "is gone: on purpose"),
        (503, "port-forward was refused with 503: on purpose"),
    ],
)
def test_why_it_is_not_opened(reach: Reach, api_server: Start, status: int, words: str) -> None:
    server = api_server([pod("web-1")], faults=[Fault("portforward", times=None, status=status, text=b"on purpose")])
    with pytest.raises(Unreachable, match=words):
        reach(None, server=server).get("/memory")


def test_an_api_server_that_says_nothing(reach: Reach, api_server: Start) -> None:
    server = api_server([pod("web-1")], faults=[Fault("portforward", times=None, wait=30.0)])
    since = time.monotonic()
    with pytest.raises(Unreachable, match=r"did not answer within 0\.\d+ s"):
        reach(None, seconds=1, server=server).get("/memory")
    assert time.monotonic() - since < 2
