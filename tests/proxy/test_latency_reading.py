"""What the names of statistics and metrics mean, of Envoy, of Istio and of linkerd-proxy; and bad input."""

import json
from pathlib import Path

import pytest

from meshctl.proxy.envoy.answers import BrokenAnswer
from meshctl.proxy.latency.compare import of_series
from meshctl.proxy.latency.groups import Group, Kind, Shares, by_workload
from meshctl.proxy.latency.histogram import Grain, Histogram
from meshctl.proxy.latency.prometheustext import read_points
from meshctl.proxy.latency.reading import from_prometheus, from_stats
from meshctl.proxy.latency.sampling import take, workload_of
from meshctl.proxy.latency.series import Key, Sample
from meshctl.proxy.latency.statnames import of_metric, of_statistic

CAPTURES = Path(__file__).parents[2].parent / "shared/proxy-captures"
CART = "outbound|80||cart.shop.svc.cluster.local"

ISTIO = """
# TYPE istio_request_duration_milliseconds histogram
istio_request_duration_milliseconds_bucket{reporter="REPORTER",response_code="200",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",grpc_response_status="",le="5"} 10
istio_request_duration_milliseconds_bucket{reporter="REPORTER",response_code="200",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",grpc_response_status="",le="+Inf"} 90
istio_request_duration_milliseconds_sum{reporter="REPORTER",response_code="200",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",grpc_response_status=""} SUM
istio_request_duration_milliseconds_count{reporter="REPORTER",response_code="200",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",grpc_response_status=""} 90
istio_request_duration_milliseconds_bucket{reporter="REPORTER",response_code="503",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",grpc_response_status="",le="5"} 10
istio_request_duration_milliseconds_bucket{reporter="REPORTER",response_code="503",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",grpc_response_status="",le="+Inf"} 10
istio_request_duration_milliseconds_sum{reporter="REPORTER",response_code="503",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",grpc_response_status=""} 0
istio_request_duration_milliseconds_count{reporter="REPORTER",response_code="503",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",grpc_response_status=""} 10
"""  # noqa: E501
LINKERD = """
response_latency_ms_bucket{direction="outbound",dst_service="cart",dst_namespace="shop",status_code="200",le="10"} 60
response_latency_ms_bucket{direction="outbound",dst_service="cart",dst_namespace="shop",status_code="200",le="20"} 100
response_latency_ms_bucket{direction="outbound",dst_service="cart",dst_namespace="shop",status_code="200",le="+Inf"} 100
response_latency_ms_sum{direction="outbound",dst_service="cart",dst_namespace="shop",status_code="200"} 900
response_latency_ms_count{direction="outbound",dst_service="cart",dst_namespace="shop",status_code="200"} 100
response_total{direction="outbound",dst_service="cart",dst_namespace="shop",classification="success"} 95
response_total{direction="outbound",dst_service="cart",dst_namespace="shop",classification="failure"} 5
"""


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        (f"cluster.{CART};.upstream_rq_time", (Key("upstream", CART), "times")),
        (f"cluster.{CART}.upstream_rq_time", (Key("upstream", CART), "times")),
        (f"cluster.{CART};.upstream_rq_5xx", (Key("upstream", CART), "errors")),
        (f"cluster.{CART};.upstream_rq_pending_overflow", (Key("upstream", CART), "overflows")),
        ("http.inbound_0.0.0.0_8080;.downstream_rq_completed", (Key("downstream", "inbound_0.0.0.0_8080"), "answered")),
        ("vhost.cart:80.route.v2.upstream_rq_time", (Key("route", "cart:80 v2"), "times")),
        (f"cluster.{CART};.external.upstream_rq_time", None),
        (f"cluster.{CART};.zone.eu-1.eu-2.upstream_rq_time", None),
        ("cluster.xds-grpc.upstream_rq_time", None),
        ("http.admin.downstream_rq_time", None),
        ("vhost.cart:80.vcluster.other.upstream_rq_time", None),
        ("listener.0.0.0.0_80.http.inbound.downstream_rq_completed", None),
    ],
)
def test_names_of_statistics(name: str, meaning: object) -> None:
    assert of_statistic(name) == meaning


@pytest.mark.parametrize(
    ("name", "labels", "meaning"),
    [
        ("envoy_cluster_upstream_rq_time_bucket", {"cluster_name": f"{CART};"}, (Key("upstream", CART), "times")),
        # Without Istio's tag rules Envoy cuts the name at its first dot.
        (
            "envoy_cluster_my_shop_svc_cluster_local__upstream_rq_time_sum",
            {"envoy_cluster_name": "outbound|80||cart"},
            (Key("upstream", "outbound|80||cart.my-shop.svc.cluster.local"), "times"),
        ),
        (
            "envoy_cluster_shop_svc_cluster_local__external_upstream_rq_time_sum",
            {"envoy_cluster_name": "outbound|80||cart"},
            None,
        ),
        (
            "envoy_http_0_0_0_8080__downstream_rq_completed",
            {"envoy_http_conn_manager_prefix": "inbound_0"},
            (Key("downstream", "inbound_0.0.0.0_8080"), "answered"),
        ),
        (
            "envoy_http_downstream_rq_xx",
            {"envoy_response_code_class": "5", "http_conn_manager_prefix": "inbound_0.0.0.0_8080"},
            (Key("downstream", "inbound_0.0.0.0_8080"), "errors"),
        ),
        (
            "envoy_cluster_upstream_rq",
            {"response_code_class": "5xx", "cluster_name": CART},
            (Key("upstream", CART), "errors"),
        ),
        ("envoy_cluster_upstream_rq", {"response_code_class": "2xx", "cluster_name": CART}, None),
        ("envoy_cluster_upstream_rq", {"response_code": "503", "cluster_name": CART}, None),
        ("envoy_cluster_upstream_rq_time_bucket", {"cluster_name": "xds-grpc"}, None),
        ("envoy_cluster_upstream_rq_timeout", {"cluster_name": CART}, None),
    ],
)
def test_names_of_metrics(name: str, labels: dict[str, str], meaning: object) -> None:
    assert of_metric(name, labels) == meaning


@pytest.mark.skipif(not CAPTURES.exists(), reason="no recorded mesh")
@pytest.mark.parametrize("proxy", ["gateway", "productpage"])
def test_both_formats_of_a_recorded_proxy_mean_the_same(proxy: str) -> None:
    exact = from_stats((CAPTURES / f"rich/{proxy}.stats.json").read_bytes())
    text = from_prometheus((CAPTURES / f"rich/{proxy}.stats.prom").read_bytes())
    busy = {key for key, series in exact.items() if series.requests}
    assert busy == {key for key, series in text.items() if series.requests} != set()
    for key in busy:
        assert (exact[key].answered, exact[key].errors) == (text[key].answered, text[key].errors)
        for fine, coarse in zip(of_series(exact[key]), of_series(text[key]), strict=True):
            assert coarse.high is not None and fine.value is not None
            assert coarse.low <= fine.value <= coarse.high


def test_istios_metric_adds_up_its_labels() -> None:
    found = from_prometheus(ISTIO.replace("REPORTER", "source").replace("SUM", "990").encode())
    series = found[Key("source", "cart.shop.svc.cluster.local", "web.shop")]
    assert (series.requests, series.answered, series.errors) == (100, 100, 10)
    assert isinstance(series.times, Histogram) and series.times.mean == 9.9


def sample(name: str, reporter: str, total: int) -> Sample:
    text = ISTIO.replace("REPORTER", reporter).replace("SUM", str(total))
    return Sample("", "shop", f"{name}-1", name, from_prometheus(text.encode()))


def test_the_difference_of_reporters_is_an_upper_bound() -> None:
    caller, called, other = (sample("web", "source", 990), sample("cart", "destination", 600), sample("old", "x", 1))
    groups = by_workload([caller, called, other])
    web = next(group for group in groups if group.workload == "web")
    found = Shares(groups).added(web, Key("source", "cart.shop.svc.cluster.local"))
    assert found is not None
    assert (round(found.mean, 6), found.kind) == (3.9, Kind.UPPER_BOUND)
    # A second replica that nobody called from here: other requests, and nothing is said.
    twice: list[Group] = by_workload([caller, called, Sample("", "shop", "cart-2", "cart", called.series)])
    assert Shares(twice).added(twice[1], Key("source", "cart.shop.svc.cluster.local")) is None


def test_linkerd_measures_exactly() -> None:
    (series,) = from_prometheus(LINKERD.encode()).values()
    assert (series.requests, series.answered, series.errors) == (100, 100, 5)
    assert isinstance(series.times, Histogram) and series.times.grain is Grain.EXACT
    p50, p90, *_ = of_series(series)
    assert (p50.low, p50.high, p90.low, p90.high) == (0, 10, 10, 20)


def test_prometheus_text_in_all_its_forms() -> None:
    text = 'a{x="b\\"c\\\\d\\ne",y="1"} 5 1700000000\n# a 1\na 3e+02\nbroken {\nb 1\na NaN\na{x="}"} 7\n'
    points = [(p.name, dict(p.labels), p.value) for p in read_points(text.encode(), ("a",))]
    assert points == [("a", {"x": 'b"c\\d\ne', "y": "1"}, 5.0), ("a", {}, 300.0), ("a", {"x": "}"}, 7.0)]


@pytest.mark.parametrize(
    "body",
    [b'{"stats": [{"histograms": [{"name": "x"}]}]}', b'{"stats": 7}', b'{"stats": [7]}', b"{", b'{"stats": [{}'],
)
def test_what_is_no_answer_to_stats_is_said(body: bytes) -> None:
    taken = take("", "shop", "web-1", {"stats": lambda: body})
    assert taken.sample is None and set(taken.unread) == {"stats"}
    with pytest.raises(BrokenAnswer):
        from_stats(body)


def test_a_bucket_without_a_bound_is_said() -> None:
    taken = take("", "shop", "web-1", {"stats.prom": lambda: ISTIO.replace('le="5"', 'le="much"').encode()})
    assert taken.sample is None and "bucket without a bound" in taken.unread["stats.prom"]


def test_without_statistics_the_endpoints_still_tell_how_many() -> None:
    host = {"stats": [{"name": "rq_total", "value": "40"}, {"name": "rq_error", "value": "3"}, {"name": "cx_active"}]}
    clusters = {"cluster_statuses": [{"name": f"{CART};", "host_statuses": [host, host, {}]}, {"name": "xds-grpc"}]}
    files = {"stats": lambda: b'{"stats": []}', "clusters": lambda: json.dumps(clusters).encode()}
    taken = take("", "shop", "web-1", files)
    assert taken.sample is not None
    series = taken.sample.series[Key("upstream", CART)]
    assert (series.answered, series.errors, series.times) == (80, 6, None)
    assert "statsInclusionRegexps" in taken.notes[0]


def test_a_proxy_that_measures_nothing_says_how_it_would() -> None:
    (note,) = take("", "shop", "web-1", {"stats": lambda: b'{"stats": [{"name": "server.live", "value": 1}]}'}).notes
    assert "web-1" in note and "sidecar.istio.io/statsInclusionRegexps" in note


@pytest.mark.parametrize(
    ("pod", "workload"),
    [
        ("web-5d8f7b6c9d-x2k4p", "web"),
        ("my-web-v1-7bbd79f59-bcdfg", "my-web-v1"),
        ("db-0", ""),
        ("web-abcdefghij-x2k4p", ""),
    ],
)
def test_the_name_of_a_pod_tells_its_deployment(pod: str, workload: str) -> None:
    assert workload_of(pod) == workload


def test_the_proxy_names_its_workload() -> None:
    assert workload_of("web-1", {"config_dump": lambda: b'{"WORKLOAD_NAME": "web-v2"}'}) == "web-v2"
