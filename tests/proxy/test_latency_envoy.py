"""A real Envoy with traffic of known delays: its histograms in every form, held against its numbers and the truth."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path

import pytest

from meshctl.model.latency import Percentile
from meshctl.proxy.latency.compare import of_series
from meshctl.proxy.latency.groups import Kind, Shares, by_workload
from meshctl.proxy.latency.histogram import Histogram
from meshctl.proxy.latency.measure import Measured, measure_proxies
from meshctl.proxy.latency.probe import probe
from meshctl.proxy.latency.reading import from_prometheus, from_stats
from meshctl.proxy.latency.series import Key, Series
from meshctl.proxy.live import proxy_answers
from meshctl.proxy.recorded import ProxyAnswers
from meshctl.proxy.transports.http import Http
from tests.proxy import envoy
from tests.proxy.envoy import Envoy
from tests.proxy.upstream import Upstream, send, upstream

LISTENER = "outbound_0.0.0.0_9080"
CLUSTER = "outbound|9080||cart.shop.svc.cluster.local"
DOWNSTREAM, UPSTREAM = Key("downstream", LISTENER), Key("upstream", CLUSTER)
DELAYS = ["2"] * 220 + ["20"] * 60 + ["110"] * 14 + ["fail"] * 6
SHAPES = {
    "json": "/stats?format=json",
    "json cumulative": "/stats?format=json&histogram_buckets=cumulative",
    "json disjoint": "/stats?format=json&histogram_buckets=disjoint",
    "json detailed": "/stats?format=json&histogram_buckets=detailed",
    "text": "/stats",
    "text cumulative": "/stats?histogram_buckets=cumulative",
    "text disjoint": "/stats?histogram_buckets=disjoint",
    "text detailed": "/stats?histogram_buckets=detailed",
    "prometheus": "/stats/prometheus",
}
COMPUTED = {"json", "text"}


@dataclass(frozen=True)
class Traffic:
    """An Envoy before an application, and how long the requests took that went through it, sorted."""

    envoy: Envoy
    app: Upstream
    port: int
    inside: list[float]
    outside: list[float]
    first: dict[str, dict[Key, Series]]

    def flushed(self, requests: int) -> None:
        """Until so many requests are in the histogram."""
        envoy.until(lambda: self.counted() >= requests, f"{requests} requests in the histogram")

    def counted(self) -> int:
        return self.read("json detailed")[DOWNSTREAM].requests

    def read(self, shape: str) -> dict[Key, Series]:
        body = self.envoy.get(SHAPES[shape])
        return from_prometheus(body) if shape.startswith("prometheus") else from_stats(body)


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traffic]:
    with (
        upstream() as app,
        envoy.running(
            tmp_path_factory.mktemp("latency"),
            as_node=envoy.node("web-5d8f7b6c9d-x2k4p", "shop", WORKLOAD_NAME="web"),
            listeners=[envoy.http_listener(LISTENER, [envoy.route(CLUSTER)])],
            clusters=[envoy.cluster(CLUSTER, app.port)],
            bootstrap={"stats_flush_interval": "0.1s"},
        ) as started,
    ):
        started.wait("listener_manager.total_listeners_active")
        port = started.port(LISTENER)
        outside = send(port, DELAYS)
        found = Traffic(started, app, port, sorted(app.took), sorted(outside), {})
        found.flushed(len(DELAYS))
        found.first.update({shape: found.read(shape) for shape in SHAPES})
        yield found


def proxies(traffic: Traffic) -> list[ProxyAnswers]:
    return [proxy_answers(Http(traffic.envoy.admin))]


def unnamed(namespace: str, pod: str) -> str:
    return ""


def percentiles(series: Series) -> dict[float, Percentile]:
    return {each.q: each for each in of_series(series)}


@pytest.mark.parametrize("key", [DOWNSTREAM, UPSTREAM], ids=["downstream", "upstream"])
@pytest.mark.parametrize("shape", SHAPES)
def test_percentiles_are_true_within_their_bounds(traffic: Traffic, shape: str, key: Key) -> None:
    # What the application needed is in what Envoy measured, and that is in what the clients saw.
    found = percentiles(traffic.first[shape][key])
    assert found.keys() == {0.5, 0.9, 0.95, 0.99}
    for q, each in found.items():
        at = -int(-q * len(DELAYS) // 1) - 1
        assert traffic.inside[at] <= (inf if each.high is None else each.high), q
        assert each.low <= traffic.outside[at], q


@pytest.mark.parametrize("shape", SHAPES)
def test_every_form_tells_the_same(traffic: Traffic, shape: str) -> None:
    here, best = traffic.first[shape][DOWNSTREAM], traffic.first["json detailed"][DOWNSTREAM]
    assert isinstance(here.times, Histogram) == (shape not in COMPUTED)
    assert (here.requests, here.answered, here.errors) == (300, 300, 6)
    for q, each in percentiles(best).items():
        other = percentiles(here)[q]
        assert other.low <= (each.high or inf) and each.low <= (other.high or inf), q
        assert other.high is not None and each.value is not None
        assert other.low <= each.value <= other.high


def test_envoys_own_percentiles_are_within_the_bounds(traffic: Traffic) -> None:
    document = json.loads(traffic.envoy.get("/stats?format=json&filter=downstream_rq_time"))
    histograms = document["stats"][-1]["histograms"]
    own = next(h for h in histograms["computed_quantiles"] if LISTENER in h["name"])
    quoted = dict(zip(histograms["supported_quantiles"], (v["cumulative"] for v in own["values"]), strict=True))
    for shape in ("json detailed", "json cumulative", "prometheus"):
        for q, each in percentiles(traffic.first[shape][DOWNSTREAM]).items():
            assert each.low <= quoted[q * 100] <= (each.high or inf), (shape, q)


def test_what_the_proxy_adds_is_between_what_both_sides_saw(traffic: Traffic) -> None:
    measured = Measured()
    measure_proxies(proxies(traffic), 0, unnamed, measured)
    (group,) = by_workload(measured.samples)
    assert (group.namespace, group.workload, group.proxies) == ("shop", "web", ("web-5d8f7b6c9d-x2k4p",))
    found = Shares([group]).added(group, DOWNSTREAM)
    assert found is not None and found.kind is Kind.ESTIMATE
    around = (sum(traffic.outside) - sum(traffic.inside)) / len(DELAYS)
    assert found.range.low <= around
    assert found.range.low <= found.mean <= found.range.high


def test_errors_alone_of_a_part_make_both_sides_differ(traffic: Traffic) -> None:
    measured = Measured()
    measure_proxies(proxies(traffic), 0, unnamed, measured)
    (group,) = by_workload(measured.samples)
    fewer = group.series[UPSTREAM].times
    assert isinstance(fewer, Histogram)
    some = {each: count // 2 for each, count in fewer.counts.items()}
    series = {**group.series, UPSTREAM: Series(Histogram(some, fewer.grain, None), 150, 0, 0)}
    other = type(group)(group.cluster, group.namespace, group.workload, group.proxies, series)
    assert Shares([other]).added(other, DOWNSTREAM) is None


def test_a_window_holds_only_what_was_in_it(traffic: Traffic) -> None:
    before = traffic.counted()

    def meanwhile(seconds: float) -> None:
        assert seconds == 10
        send(traffic.port, ["30"] * 40)
        traffic.flushed(before + 40)

    measured = Measured()
    measure_proxies(proxies(traffic), 10, unnamed, measured, meanwhile)
    (sample,) = measured.samples
    assert (sample.series[DOWNSTREAM].requests, sample.series[DOWNSTREAM].errors) == (40, 0)
    assert percentiles(sample.series[DOWNSTREAM])[0.5].low >= 30
    assert measured.unread == []


def test_a_proxy_that_dies_is_one_line_and_the_others_are_measured(traffic: Traffic) -> None:
    nobody = Http("http://127.0.0.1:9")
    dead = ProxyAnswers("", "web-2", "shop", {"stats": lambda: nobody.get("/stats").data()}, "shop/web-2")
    measured = Measured()
    measure_proxies([dead, *proxies(traffic)], 0, lambda namespace, pod: "cart", measured)
    assert [sample.workload for sample in measured.samples] == ["cart"]
    (unread,) = measured.unread
    assert unread.what == "shop/web-2 stats" and "refused" in unread.why


def test_requests_of_our_own_through_the_proxy_and_around_it(traffic: Traffic) -> None:
    through, around = probe([f"http://127.0.0.1:{traffic.port}/3", f"http://127.0.0.1:{traffic.app.port}/3"], 30, 10)
    assert (len(through.durations), len(around.durations)) == (30, 30)
    assert min(around.durations) >= 3 and min(through.durations) >= 3
    assert (through.failed, through.errors) == (0, {})
    assert sorted(around.durations)[15] < sorted(through.durations)[15] + 1
    failing, dead = probe([f"http://127.0.0.1:{traffic.app.port}/fail", "http://127.0.0.1:9/"], 5, 10)
    assert (failing.failed, len(failing.durations)) == (5, 5)
    assert dead.durations == () and set(dead.errors) == {"Connection refused"}
    assert traffic.app.methods == {"GET"}


def test_refused_requests_are_counted(tmp_path: Path) -> None:
    narrow = {"thresholds": [{"max_connections": 1, "max_pending_requests": 1}]}
    with (
        upstream() as app,
        envoy.running(
            tmp_path,
            listeners=[envoy.http_listener(LISTENER, [envoy.route(CLUSTER)])],
            clusters=[envoy.cluster(CLUSTER, app.port, circuit_breakers=narrow)],
            bootstrap={"stats_flush_interval": "0.1s"},
        ) as started,
    ):
        started.wait("listener_manager.total_listeners_active")
        send(started.port(LISTENER), ["60"] * 16)
        found = from_stats(started.get("/stats?format=json&histogram_buckets=detailed"))[UPSTREAM]
        assert found.overflows > 0
        assert found.answered == 16 and found.errors == found.overflows
        assert from_prometheus(started.get("/stats/prometheus"))[UPSTREAM].overflows == found.overflows


def test_the_time_of_a_probe_is_bounded(traffic: Traffic, tmp_path: Path) -> None:
    (found,) = probe([f"http://127.0.0.1:{traffic.app.port}/20"], 10_000, 0.3)
    assert 0 < len(found.durations) <= 15
