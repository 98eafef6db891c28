"""What keeps many running proxies apart, and within bounds."""

from typing import Any

import pytest

from meshctl.graph.kinds.workload import Pod
from meshctl.model.ids import ResourceId
from meshctl.model.resource import Resource
from meshctl.proxy.ahead import fetched_ahead
from meshctl.proxy.drift.sent import unmistakable
from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.pods import admin_port, not_running
from meshctl.proxy.recorded import Load, ProxyAnswers
from meshctl.proxy.transports.portforward import Kept
from tests.proxy.livemesh import pod


def test_names_that_istiod_would_mistake() -> None:
    """It looks for the name anywhere in `POD.NAMESPACE-NUMBER`."""
    proxies = [("web", "a"), ("myweb", "a-b"), ("web", "b"), ("api", "a"), ("api", "ab"), ("x-api", "b")]
    assert sorted(unmistakable(proxies)) == ["api.ab", "myweb.a-b", "web.b", "x-api.b"]
    assert unmistakable([]) == []
    many = [(f"web-{i}", f"ns-{i % 7}") for i in range(3000)]
    by_hand = {f"{p}.{n}" for p, n in many[:200] if not any((p, n) != o and f"{p}.{n}" in ".".join(o) for o in many)}
    assert by_hand <= set(unmistakable(many))


class Line:
    """An open connection, as far as it is kept."""

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


def test_connections_that_wait_are_bounded() -> None:
    kept, lines = Kept(most=2), [Line() for _ in range(4)]
    for i, line in enumerate(lines[:3]):
        kept.put(("shop", f"web-{i}", 15000), line)  # type: ignore[arg-type]
    assert [line.closed for line in lines] == [True, False, False, False]
    assert kept.take(("shop", "web-0", 15000)) is None
    assert kept.take(("shop", "web-1", 15000)) is lines[1]  # type: ignore[comparison-overlap]
    kept.close()
    kept.put(("shop", "web-3", 15000), lines[3])  # type: ignore[arg-type]
    assert [line.closed for line in lines] == [True, False, True, True]


def test_answers_are_fetched_a_few_ahead() -> None:
    asked: list[int] = []

    def answers(number: int, source: str) -> ProxyAnswers:
        def load() -> bytes:
            asked.append(number)
            if number == 3:
                raise BrokenAnswer("is none")
            return str(number).encode()

        files: dict[str, Load] = {"config_dump": load}
        return ProxyAnswers("", f"web-{number}", "shop", files, source=source)

    running = fetched_ahead([answers(i, "port-forward") for i in range(100)], ["config_dump", "certs"])
    read = []
    for i, each in enumerate(running):
        try:
            read.append(each.files["config_dump"]())
        except BrokenAnswer:
            read.append(b"none")
        assert len(asked) <= i + 17
    assert read == [b"none" if i == 3 else str(i).encode() for i in range(100)] and sorted(asked) == list(range(100))
    asked.clear()
    assert len(list(fetched_ahead([answers(i, "recording") for i in range(9)], ["config_dump"]))) == 9 and not asked


def view(data: dict[str, Any]) -> Pod:
    return Pod(Resource(ResourceId("", "", "Pod", "shop", "web-1"), "v1", data))


@pytest.mark.parametrize(
    ("value", "port"),
    [
        ('{"proxyAdminPort": 15099}', 15099),
        ("{}", 15000),
        ("", 15000),
        ("{", 15000),
        ("[]", 15000),
        ('{"proxyAdminPort": "x"}', 15000),
        ('{"proxyAdminPort": 0}', 15000),
    ],
)
def test_where_the_admin_port_is(value: str, port: int) -> None:
    data = pod("web-1")
    data["spec"]["containers"][1]["env"] = [{"name": "OTHER"}, {"name": "PROXY_CONFIG", "value": value}]
    assert admin_port(view(data)) == port


@pytest.mark.parametrize(
    ("field", "state", "words"),
    [
        ("containerStatuses", {"running": {}}, ""),
        ("initContainerStatuses", {"running": {}}, ""),
        ("containerStatuses", {"terminated": {"reason": "OOMKilled"}}, "terminated (OOMKilled)"),
        ("initContainerStatuses", {"waiting": {}}, "is waiting"),
    ],
)
def test_a_proxy_whose_container_does_not_run(field: str, state: Any, words: str) -> None:
    found = not_running(view(pod("web-1", status={field: [{"name": "istio-proxy", "state": state}]})))
    assert words in found and bool(words) == bool(found)
