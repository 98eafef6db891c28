"""Asking through a command in the pod: what it prints, and how it fails."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.transports import exec as module
from meshctl.proxy.transports.apiserver import ApiServer as Door
from meshctl.proxy.transports.deadline import Deadline
from meshctl.proxy.transports.exec import Exec
from meshctl.proxy.transports.pod import Denials, PodPort
from meshctl.proxy.transports.transport import Unreachable
from meshctl.sources.cluster.kubeconfig import contexts
from tests.apiserver import ApiServer, Executed
from tests.proxy.livemesh import EXEC, asked, pod

Start = Callable[..., ApiServer]
Run = Callable[..., PodPort]
COMMAND = ("pilot-agent", "request", "GET")
REFUSED = 'Error: Get "http://localhost:15000/memory": dial tcp 127.0.0.1:15000: connect: connection refused'


@pytest.fixture
def prints(api_server: Start, tmp_path: Path) -> Iterator[Run]:
    """A pod in which the command comes to this."""
    doors: list[Door] = []

    def prints(done: Executed) -> PodPort:
        server = api_server([pod("web-1")], execute=lambda *_: done)
        (context,) = contexts(str(server.kubeconfig(tmp_path / "config")), [])
        doors.append(door := Door(context.configuration(), Deadline(20)))
        prints.server = server  # type: ignore[attr-defined]
        return PodPort("shop", "web-1", [Exec(door, "shop", "web-1", "istio-proxy", COMMAND, 15000)], Denials())

    yield prints
    for door in doors:
        door.close()


def test_what_it_prints_is_the_answer(prints: Run) -> None:
    text = '{"a": "' + "ü" * 100_000 + '"}'
    way = prints(Executed(text + "\n", "some warning"))
    found = way.get("/clusters?format=json")
    assert (found.status, found.body.decode()) == (200, text + "\n")
    assert found.date is not None and way.name == "exec to shop/web-1"
    (request,) = asked(prints.server, EXEC)  # type: ignore[attr-defined]
    assert request.repeated("command") == [*COMMAND, "/clusters?format=json"]
    assert (request.query["container"], "stdin" in request.query) == ("istio-proxy", False)


def test_the_status_of_a_refusal(prints: Run) -> None:
    told = "Error: received unsuccessful status code 403: may not"
    found = prints(Executed("", told, 1)).get("/debug/syncz")
    assert (found.status, found.body) == (403, b"may not")


def test_an_empty_section_is_a_404(prints: Run) -> None:
    """The agent ends well with it and says no status."""
    way = prints(Executed("ecds_filters not found in config dump\n"))
    assert way.get("/config_dump?resource=ecds_filters").status == 404
    assert way.get("/config_dump?include_eds").status == 200


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Executed("", REFUSED, 1), "nothing listens on its port 15000"),
        (Executed("", 'exec: "pilot-agent": executable file not found in $PATH', 127), "exec does not work"),
        (Executed("", "Error: context deadline exceeded", 1), "cannot be reached: Error: context deadline"),
        (Executed("half of it", "", 137), "non-zero exit code"),
    ],
    ids=["nobody listens", "no agent", "agent fails", "killed"],
)
def test_how_it_fails(prints: Run, done: Executed, words: str) -> None:
    with pytest.raises(Unreachable, match=words):
        prints(done).get("/memory")


def test_an_answer_that_is_too_large(prints: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 1000)
    with pytest.raises(BrokenAnswer, match="larger than the 1,000 bytes"):
        prints(Executed("x" * 100_000)).get("/memory")
