"""Prometheus as a source: its buckets are fetched and nothing else, and what it does wrong is said in a sentence."""

import re
from contextlib import AbstractContextManager
from typing import Any

import pytest

from meshctl.proxy.latency.compare import of_series
from meshctl.proxy.latency.groups import Kind, Shares, by_workload
from meshctl.proxy.latency.histogram import Histogram
from meshctl.proxy.latency.measure import Measured, measure_prometheus
from meshctl.proxy.latency.prometheus import read_prometheus
from meshctl.proxy.latency.series import Key
from meshctl.sources.prometheus import HEADER_VARIABLE, Unavailable
from tests.prometheus import Asked, fake_prometheus

SERVICE = "cart.shop.svc.cluster.local"
BUCKETS = {"5": 300.4, "10": 900.2, "25": 990.1, "50": 999.9, "+Inf": 1000.3}


def series(**labels: str) -> dict[str, str]:
    return {
        "source_workload": "web",
        "source_workload_namespace": "front",
        "destination_service": SERVICE,
        "destination_workload": "cart",
        "destination_workload_namespace": "shop",
        **labels,
    }


def answer(query: str) -> list[tuple[dict[str, str], float]]:
    """As Prometheus extrapolates: no whole numbers."""
    found = re.search(r"increase\((\w+)\{(.*)\}\[(\d+)s\]", query)
    assert found, query
    metric, matchers = found[1], found[2]
    if not metric.startswith("istio_request_duration_milliseconds"):
        return []
    reporter = "source" if 'reporter=~"source"' in matchers else "destination"
    namespace = re.search(r'workload_namespace="(\w+)"', matchers)
    if namespace and namespace[1] != ("front" if reporter == "source" else "shop"):
        return []
    labels = series(reporter=reporter, response_code="200")
    failed = series(reporter=reporter, response_code="503")
    shift = 0 if reporter == "source" else 2000
    if metric.endswith("_bucket"):
        return [({**labels, "le": le}, count) for le, count in BUCKETS.items()] + [({**failed, "le": "+Inf"}, 10.0)]
    if metric.endswith("_sum"):
        return [(labels, 7000.0 - shift), (failed, 0.0)]
    return [(labels, 1000.3), (failed, 10.0)]


def prometheus(reply: Any = None) -> AbstractContextManager[Asked]:
    """One that answers the queries above, or with (status, body) whatever it is asked."""
    return fake_prometheus(answer, reply)


def test_buckets_become_percentiles_with_bounds() -> None:
    with prometheus() as asked:
        samples = read_prometheus(asked.url, 300, 10)
    assert [(sample.namespace, sample.workload) for sample in samples] == [("front", "web"), ("shop", "cart")]
    found = samples[0].series[Key("source", SERVICE, "web.front")]
    assert (found.requests, found.answered, found.errors) == (1010, 1010, 10)
    p50, p90, _, p99 = of_series(found)
    assert (p50.low, p50.high) == (5, 11)
    assert p50.value == pytest.approx(5 + 5 * (505 - 300) / 600)
    assert (p90.low, p90.high) == (10, 26) and p90.value is not None and p90.value > 10
    assert (p99.value, p99.low, p99.confident) == (pytest.approx(49.75), 25, True)


def test_the_caller_less_the_called_is_an_upper_bound() -> None:
    with prometheus() as asked:
        groups = by_workload(read_prometheus(asked.url, 300, 10))
    found = Shares(groups).added(groups[0], Key("source", SERVICE))
    assert found is not None and found.kind is Kind.UPPER_BOUND
    assert found.mean == pytest.approx(2000 / 1010)


def test_only_queries_for_counts_are_sent() -> None:
    with prometheus() as asked:
        read_prometheus(f"{asked.url}/prometheus/", 60, 10, "shop")
    assert set(asked.methods) == {"GET"} and set(asked.paths) == {"/prometheus/api/v1/query"}
    assert all("increase(" in query and "[60s]" in query for query in asked.queries)
    assert not any("histogram_quantile" in query for query in asked.queries)
    assert all('namespace="shop"' in query for query in asked.queries)


def test_a_namespace_limits_what_is_asked_and_told() -> None:
    with prometheus() as asked:
        samples = read_prometheus(asked.url, 60, 10, "shop")
    assert [sample.workload for sample in samples] == ["cart"]
    assert isinstance(samples[0].series[Key("destination", SERVICE, "web.front")].times, Histogram)


def test_a_namespace_cannot_leave_its_quotes() -> None:
    with prometheus((200, b'{"status": "success", "data": {"resultType": "vector", "result": []}}')) as asked:
        read_prometheus(asked.url, 60, 10, 'x"} or vector(1)')
    assert all('namespace="x\\"} or vector(1)"' in query for query in asked.queries)


def test_a_header_is_sent_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HEADER_VARIABLE, "Authorization: Bearer abc:def")
    with prometheus() as asked:
        read_prometheus(asked.url, 60, 10)
    assert {headers["Authorization"] for headers in asked.headers} == {"Bearer abc:def"}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((401, b"no"), f"wants to know who asks (401): set {HEADER_VARIABLE}"),
        (
            (400, b'{"status": "error", "errorType": "bad_data", "error": "parse error"}'),
            "refuses a query: parse error",
        ),
        ((200, b"<html>Grafana</html>"), "does not answer as Prometheus does (status 200)"),
        ((302, b""), "does not answer as Prometheus does (status 302)"),
        (
            (200, b'{"status": "success", "data": {"resultType": "matrix", "result": []}}'),
            "a matrix instead of a vector",
        ),
        ((200, b'{"status": "success", "data": {}}'), "does not answer as Prometheus does: KeyError"),
    ],
)
def test_what_it_does_wrong_is_said(reply: object, said: str) -> None:
    with prometheus(reply) as asked, pytest.raises(Unavailable) as error:
        read_prometheus(asked.url, 60, 10)
    assert said in str(error.value)


def test_a_password_in_the_address_is_not_shown() -> None:
    measured = Measured()
    measure_prometheus("http://me:secret@127.0.0.1:9/", 0, 5, "", measured)
    assert "http://127.0.0.1:9" in measured.unread[0].why and "secret" not in measured.unread[0].why
    with pytest.raises(ValueError, match="write http://HOST:PORT"):
        measure_prometheus("prometheus:9090", 0, 5, "", measured)


def test_nobody_there_is_an_input_that_was_not_read() -> None:
    measured = Measured()
    measure_prometheus("http://127.0.0.1:9", 0, 5, "", measured)
    (unread,) = measured.unread
    assert "cannot be reached: connection refused" in unread.why and not measured.samples


def test_nothing_there_says_what_it_needs() -> None:
    measured = Measured()
    with prometheus((200, b'{"status": "success", "data": {"resultType": "vector", "result": []}}')) as asked:
        measure_prometheus(asked.url, 0, 5, "", measured)
    assert not measured.unread and "two scrapes" in measured.notes[0]
