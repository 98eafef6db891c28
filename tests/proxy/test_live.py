"""Proxies that run: a real Envoy, behind a server that writes down what is asked."""

import json
import socket
from pathlib import Path

import pytest

from meshctl.model.proxystate import Answered, ProxyState, Sync
from meshctl.proxy.gather import NoSource, Sources, gather
from meshctl.proxy.live import proxy_answers
from meshctl.proxy.status.observe import Observation, observe
from meshctl.proxy.transports.http import Http
from meshctl.proxy.transports.paths import allowed
from tests.cli.command import meshctl
from tests.proxy.envoy import Envoy
from tests.proxy.recorder import Told, recording


def seen(*admin_urls: str, istiod_urls: tuple[str, ...] = (), timeout: float = 20) -> Observation:
    return observe(gather(Sources(admin_urls=admin_urls, istiod_urls=istiod_urls, timeout=timeout)))


def only(observation: Observation) -> ProxyState:
    (state,) = observation.states
    return state


def types(state: ProxyState) -> dict[str, Sync]:
    return {t.type: t.sync for t in state.types}


def test_what_envoy_refused_and_what_it_waits_for(rejecting: Envoy) -> None:
    with recording(behind=rejecting.admin) as server:
        found = seen(server.url)
        asked = list(server.requests)
    state = only(found)
    assert (state.id, state.kind, state.version, state.server) == ("shop/web-1", "sidecar", "1.29.1", "LIVE")
    assert types(state) == {"CDS": Sync.ACCEPTED, "LDS": Sync.ERROR}
    (refused,) = state.rejections
    assert (refused.type, refused.resource) == ("LDS", "bad")
    assert "'=' expected near 'is'" in refused.reason
    assert [(w.kind, w.name) for w in state.waiting] == [("cluster", "stuck")]
    # This Envoy has no connection that is for all types: not observable is not False.
    assert state.connected is None
    assert state.control_plane == "" and found.unread == ()
    assert asked and all(method == "GET" and allowed(path) for method, path in asked)


def test_ages_are_by_the_proxys_clock(rejecting: Envoy) -> None:
    """An hour later by that clock, everything is an hour older, and what waits is overdue."""
    answers = proxy_answers(Http(rejecting.admin))
    answers.files["stats"]()
    clock = answers.clock()
    assert clock is not None
    age = only(seen(rejecting.admin)).types[0].age
    assert age is not None and 0 <= age < 3600


@pytest.mark.parametrize(
    "told",
    [
        Told(500, b"failed to print extension of type x.y.Z"),
        Told(200, b"Failed to convert message"),
        Told(200, b'{"configs": [{"@type'),
        Told(200, b"<html><title>502</title>"),
    ],
    ids=["500", "text", "cut off", "html"],
)
def test_a_dump_that_fails_is_read_in_parts(rejecting: Envoy, told: Told) -> None:
    with recording({"/config_dump?include_eds": told}, behind=rejecting.admin) as server:
        found = seen(server.url)
    state = only(found)
    assert [r.resource for r in state.rejections] == ["bad"]
    # With its time: from the dump, not from the gauges.
    assert [(w.name, w.since != "") for w in state.waiting] == [("stuck", True)]
    (note,) = found.unread
    assert note.what == server.url and "/config_dump" in note.why and "one by one" in note.why


def test_a_part_that_fails_too_is_named(rejecting: Envoy) -> None:
    told = {
        "/config_dump?include_eds": Told(500, b"no"),
        "/config_dump?resource=dynamic_listeners": Told(500, b"no listener can be printed"),
    }
    with recording(told, behind=rejecting.admin) as server:
        found = seen(server.url)
    assert [w.name for w in only(found).waiting] == ["stuck"]
    assert any("dynamic_listeners in /config_dump was refused with 500" in u.why for u in found.unread)
    # The counters still tell that something was refused, not whether it still is.
    (refused,) = only(found).rejections
    assert (refused.type, refused.past, refused.reason) == ("LDS", True, "refused once since it started")


def test_without_any_dump_counters_are_left(rejecting: Envoy) -> None:
    with recording({"/config_dump": Told(404, b"invalid path")}, behind=rejecting.admin) as server:
        state = only(seen(server.url))
    assert state.id == "shop/web-1"
    assert [w.name for w in state.waiting] == ["stuck"]
    assert [r.past for r in state.rejections] == [True]


def test_one_dead_and_one_slow_proxy_are_a_line_each(rejecting: Envoy) -> None:
    with socket.socket() as free, recording({"/server_info": Told(200, b"x" * 100, pause=0.1)}) as slow:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}"
        found = seen(dead, slow.url, rejecting.admin, timeout=0.5)
    assert only(found).id == "shop/web-1"
    assert {(u.what, u.why) for u in found.unread} == {
        (dead, "cannot be reached: connection refused"),
        (slow.url, "did not answer within 0.5 s"),
    }


@pytest.mark.parametrize(
    ("status", "answered", "words"),
    [
        (401, Answered.UNAUTHORIZED, "wants a token"),
        (403, Answered.FORBIDDEN, "may not read this"),
        (404, Answered.NOT_FOUND, "no debug endpoint"),
        (500, Answered.FAILED, "was refused with 500"),
    ],
)
def test_why_an_istiod_does_not_answer(rejecting: Envoy, status: int, answered: Answered, words: str) -> None:
    syncz = json.dumps([{"proxy": "web-1.shop", "cluster_sent": "a", "cluster_acked": "a"}]).encode()
    with (
        recording({"/debug/syncz": Told(status, b"no")}) as bad,
        recording({"/debug/syncz": Told(200, syncz)}) as good,
    ):
        found = seen(istiod_urls=(bad.url, good.url))
        planes = {plane.name: plane for plane in found.control_planes}
        assert (planes[bad.url].answered, planes[good.url].answered) == (answered, Answered.YES)
        assert words in planes[bad.url].why
        assert [u.what for u in found.unread] == [bad.url]
        assert [(s.id, s.control_plane) for s in found.states] == [("shop/web-1", good.url)]
        assert {method for method, _ in bad.requests + good.requests} == {"GET"}


def test_the_istiods_clock_tells_how_long_an_answer_is_missing() -> None:
    sent = {"sent": "b", "acked": "a", "sentTime": "2026-01-02T03:04:05Z"}
    entry = {"proxy": "web-1.shop", "resources": {"type.googleapis.com/envoy.config.cluster.v3.Cluster": sent}}
    for date, overdue in (("Fri, 02 Jan 2026 03:04:15 GMT", False), ("Fri, 02 Jan 2026 03:05:05 GMT", True)):
        with recording({"/debug/syncz": Told(200, json.dumps([entry]).encode(), date=date)}) as istiod:
            state = only(seen(istiod_urls=(istiod.url,)))
        assert (state.types[0].sync, state.types[0].overdue) == (Sync.STALE, overdue)
        assert (state.sync is Sync.STALE) == overdue


def test_what_is_given_must_be_there(tmp_path: Path) -> None:
    for sources in (Sources(dumps=[str(tmp_path / "none")]), Sources(admin_urls=["ftp://x"])):
        with pytest.raises(NoSource):
            gather(sources)


def test_the_command_over_an_admin_port(rejecting: Envoy) -> None:
    done = meshctl("proxy-status", "web-1.shop", "--admin-url", rejecting.admin, "--no-config", "--stale-after", "0")
    assert (done.code, done.err) == (1, "1 proxy: 1 refused what was sent.\n")
    assert done.out.splitlines()[1].split() == ["shop/web-1", "sidecar", "ERROR", "LDS", "1.29.1"]
    assert "A proxy refuses its listener bad: shop/web-1." in done.out
    assert "A proxy has taken the cluster stuck and does not use it" in done.out
