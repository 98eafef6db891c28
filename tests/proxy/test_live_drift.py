"""drift of live clusters: recorded proxies and a recorded istiod behind an API server."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from typer.testing import CliRunner

from meshctl.cli.app import app
from meshctl.cli.errors import UsageError
from meshctl.proxy.drift import samples
from tests.apiserver import ApiServer
from tests.proxy.livemesh import PORT_FORWARD, asked, config, istiod, only_reads, port_of
from tests.proxy.recorder import Recorder, Told, recording

Start = Callable[..., ApiServer]
PODS = {
    "productpage": "bookinfo/productpage-v1-7bbd79f59-abcde",
    "reviews": "bookinfo/reviews-v1-5896f547f5-aaaaa",
    "reviews-b": "bookinfo/reviews-v1-5896f547f5-fffff",
    "ratings": "bookinfo/ratings-v1-6484c4d9bb-ddddd",
    "gateway": "istio-system/istio-ingressgateway-6f9c4d7b5-zzzzz",
}
PATHS = {
    "stats": "/stats?format=json&histogram_buckets=detailed",
    "config_dump": "/config_dump?include_eds",
    "clusters": "/clusters?format=json",
    "certs": "/certs",
}
SERVER_INFO = Told(200, b'{"state": "LIVE"}')


@dataclass
class Live:
    """A mesh that runs."""

    server: ApiServer
    proxies: dict[str, Recorder]
    control: Recorder
    folder: Path

    def drift(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        given = ["drift", *arguments, *config(self.server, self.folder), "--no-config", "--no-cache", "-o", "json"]
        done = CliRunner().invoke(app, [*given, "-q"], standalone_mode=False)
        if isinstance(done.exception, UsageError):
            raise done.exception
        assert done.exception is None, done.output
        return done.return_value, json.loads(done.stdout)

    def change(self, proxy: str, before: str, after: str, *, times: int) -> None:
        """Another text in so many of the next config dumps of a proxy."""
        answer = self.proxies[proxy].answer
        rest = iter(range(times))

        def changed(path: str) -> Told:
            told = answer(path)
            if not path.startswith("/config_dump") or next(rest, None) is None:
                return told
            assert before.encode() in told.body
            return Told(200, told.body.replace(before.encode(), after.encode()))

        self.proxies[proxy].answer = changed  # type: ignore[method-assign]

    def samples(self, proxy: str) -> int:
        """How often a proxy was asked what it runs."""
        return sum(path.startswith("/config_dump") for _, path in self.proxies[proxy].requests)


def documents(file: Path) -> list[Any]:
    return [each for each in yaml.safe_load_all(file.read_text()) if each]


def weighted(objects: list[Any]) -> Any:
    """The VirtualService that splits traffic 80 to 20."""
    return next(o for o in objects if o["kind"] == "VirtualService" and '"weight": 80' in json.dumps(o))


@pytest.fixture
def live(captures: Path, api_server: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    monkeypatch.setattr(samples, "PAUSE", 0.0)
    folder = captures / "rich"
    cluster = documents(captures / "cluster.yaml")
    for each in cluster:
        if each["kind"] == "Pod" and f"{each['metadata']['namespace']}/{each['metadata']['name']}" not in PODS.values():
            # Of these nothing was recorded.
            each["status"]["phase"] = "Pending"
    server = api_server([*cluster, *documents(folder / "desired.yaml"), istiod("istiod-1")])
    with ExitStack() as stack:
        proxies = {}
        for name, place in PODS.items():
            told = {path: Told(200, (folder / f"{name}.{answer}.json").read_bytes()) for answer, path in PATHS.items()}
            proxies[name] = stack.enter_context(recording({**told, "/server_info": SERVER_INFO}))
            server.forward(place, 15000, port_of(proxies[name].url))
        control = stack.enter_context(recording())
        control.answer = lambda path: _istiod(folder, path)  # type: ignore[method-assign]
        server.forward("istio-system/istiod-1", 15014, port_of(control.url))
        yield Live(server, proxies, control, tmp_path)


def _istiod(folder: Path, path: str) -> Told:
    parts = urlsplit(path)
    answer = parts.path.rpartition("/")[2]
    if answer == "config_dump":
        (proxy,) = parse_qs(parts.query)["proxyID"]
        answer += f".{proxy.partition('-')[0]}"
    file = folder / f"istiod.{answer}.json"
    return (
        Told(200, file.read_bytes()) if file.exists() else Told(404, b"Proxy not connected to this Pilot instance.\n")
    )


def test_what_is_acknowledged_has_no_drift(live: Live) -> None:
    code, report = live.drift()
    assert (code, report["drift"], report["summary"]["unread"]) == (0, [], [])
    assert [live.samples(name) for name in PODS] == [1, 1, 1, 1, 1]
    # What istiod would send is asked once for replicas that are told the same.
    dumps = [path for _, path in live.control.requests if path.startswith("/debug/config_dump")]
    assert len(dumps) == 4 and only_reads(live.server)
    assert {method for each in (*live.proxies.values(), live.control) for method, _ in each.requests} == {"GET"}


def test_what_two_samples_show_is_drift(live: Live) -> None:
    live.change("productpage", '"weight": 80', '"weight": 70', times=2)
    code, report = live.drift()
    rows = report["drift"]
    assert rows and {tuple(row["proxies"]) for row in rows} == {("productpage-v1-7bbd79f59-abcde.bookinfo",)}
    assert any((row["desired"], row["sent"], row["running"]) == (80, 80, 70) for row in rows)
    assert code == 1 and {row["hop"] for row in rows} == {"control-plane-to-proxy"}
    # The second sample is of those that differ.
    assert {name: live.samples(name) for name in PODS} == {**dict.fromkeys(PODS, 1), "productpage": 2}


def test_what_one_sample_shows_was_on_its_way(live: Live) -> None:
    live.change("productpage", '"weight": 80', '"weight": 70', times=1)
    code, report = live.drift()
    assert (code, report["drift"]) == (0, []) and live.samples("productpage") == 2


def test_what_moves_on_is_on_its_way(live: Live, captures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy lags behind a resource that somebody changes step by step: no step is missing for long."""
    live.change("productpage", '"weight": 80', '"weight": 70', times=2)

    def step(_: float) -> None:
        service = weighted(documents(captures / "rich/desired.yaml"))
        live.server.put(json.loads(json.dumps(service).replace('"weight": 80', '"weight": 85')))

    monkeypatch.setattr("time.sleep", step)
    assert live.drift()[1]["drift"] == []


def test_only_those_that_are_meant_are_asked(live: Live) -> None:
    live.drift("ratings-v1-6484c4d9bb-ddddd")
    assert {name for name in PODS if live.samples(name)} == {"ratings"}
    live.drift("-n", "istio-system")
    assert {name for name in PODS if live.samples(name)} == {"ratings", "gateway"}
    with pytest.raises(UsageError, match="there is no proxy ratings: did you mean bookinfo/ratings-v1"):
        live.drift("ratings")
    names = {request.name for request in asked(live.server, PORT_FORWARD)}
    assert names == {"istiod-1", "ratings-v1-6484c4d9bb-ddddd", "istio-ingressgateway-6f9c4d7b5-zzzzz"}


def test_files_go_over_the_cluster(live: Live, captures: Path, tmp_path: Path) -> None:
    changed = weighted(documents(captures / "rich/desired.yaml"))
    file = tmp_path / "changed.yaml"
    file.write_text(yaml.safe_dump(changed).replace("weight: 80", "weight: 75").replace("weight: 20", "weight: 25"))
    code, report = live.drift("-f", str(file), "--context", "test")
    weights = [f for f in report["findings"] if f["location"] and f["location"]["file"] == str(file)]
    assert code == 1 and weights
    assert {row["resource"]["name"] for row in report["drift"]} == {changed["metadata"]["name"]}


def test_files_alone_have_no_proxies(live: Live, captures: Path) -> None:
    with pytest.raises(UsageError, match="or the cluster of the files with --context"):
        CliRunner().invoke(
            app, ["drift", "-f", str(captures / "rich/desired.yaml")], standalone_mode=False, catch_exceptions=False
        )


def test_without_istiod_resources_and_proxies_are_left(live: Live) -> None:
    live.control.answer = lambda path: Told(403, b"no")  # type: ignore[method-assign]
    live.change("productpage", '"weight": 80', '"weight": 70', times=2)
    _, report = live.drift()
    assert any((row["desired"], row["sent"], row["running"]) == (80, None, 70) for row in report["drift"])


def test_a_proxy_that_is_silent_the_second_time_is_no_drift(live: Live) -> None:
    live.change("productpage", '"weight": 80', '"weight": 70', times=1)
    answer, asked_before = live.proxies["productpage"].answer, iter((0,))

    def once(path: str) -> Told:
        if path == "/server_info" and next(asked_before, None) is None:
            return Told(200, b"{", short=True)
        return answer(path)

    live.proxies["productpage"].answer = once  # type: ignore[method-assign]
    code, report = live.drift()
    assert (code, report["drift"]) == (3, [])
    assert [each["what"] for each in report["summary"]["unread"]] == [PODS["productpage"]]


def test_a_bundle_has_what_drift_needs(live: Live, tmp_path: Path) -> None:
    """With what istiod would send; replicas that are told the same share it."""
    live.change("productpage", '"weight": 80', '"weight": 70', times=9)
    _, found = live.drift()
    file = str(tmp_path / "b.tar.gz")
    flags = [*config(live.server, live.folder), "--no-config", "-q", "-o", file]
    done = CliRunner().invoke(app, ["capture", "--proxies", *flags], standalone_mode=False)
    assert (done.exception, done.return_value) == (None, 0), done.output
    offline = ["drift", "-f", file, "--no-config", "--no-cache", "-o", "json", "-q"]
    done = CliRunner().invoke(app, offline, standalone_mode=False)
    report = json.loads(done.stdout)
    assert report["drift"] == found["drift"] and len(report["drift"]) > 0
    assert report["summary"]["unread"] == []
