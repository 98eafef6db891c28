"""What the names of Envoy's statistics mean, as it writes them itself and as Prometheus is told them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from meshctl.model.consulproxy import service_of
from meshctl.proxy.latency.series import Key


class Meaning(NamedTuple):
    """Which requests a number is about, and which number: `times`, `answered`, `errors` or `overflows`."""

    key: Key
    what: str


# Counted by these are the proxy's own requests to its control plane and agent, or those for its statistics.
INTERNAL = frozenset(
    {
        *(
            "admin",
            "agent",
            "agent_stats",
            "async-client",
            "prometheus_stats",
            "sds-grpc",
            "stats",
            "xds-grpc",
            "zipkin",
        ),
        *("consul-dataplane", "local_agent", "prometheus_backend", "self_admin"),
    }
)

_RAW = re.compile(
    r"(?P<family>cluster|http|vhost)\.(?P<name>.+)\."
    r"(?P<what>(?:up|down)stream_rq_(?:time|completed|5xx)|upstream_rq_pending_overflow)"
)
_WHAT = {"time": "times", "completed": "answered", "5xx": "errors", "pending_overflow": "overflows"}
# Envoy counts these apart once more: requests from inside and outside, to canaries, between zones.
_PART = re.compile(r".+\.(?:internal|external|canary|zone\..+)")
_SPANS = {"cluster": "upstream", "http": "downstream", "vhost": "route"}

_METRIC = re.compile(
    r"envoy_(?P<family>cluster|http|vhost)_(?:(?P<rest>.+?)_)?(?:up|down)stream_rq"
    r"(?:_(?P<what>time|completed|xx|pending_overflow))?(?P<suffix>_bucket|_sum|_count)?"
)
_LABELS = {
    "cluster": ("cluster_name", "envoy_cluster_name"),
    "http": ("http_conn_manager_prefix", "envoy_http_conn_manager_prefix"),
    "vhost": ("virtual_host", "envoy_virtual_host"),
}
_CLASSES = ("envoy_response_code_class", "response_code_class")
_ADDRESS = re.compile(r"(\d+)_(\d+)_(\d+)_(\d+)")
_SERVICE = re.compile(r"(?P<namespace>.+?)_svc_(?P<domain>.+)")


def of_statistic(name: str) -> Meaning | None:
    """The meaning of a name of `/stats`: `cluster.outbound|80||web.shop.svc.cluster.local;.upstream_rq_time`."""
    found = _RAW.fullmatch(name)
    if found is None or (found["family"] == "http") != found["what"].startswith("down"):
        return None
    route = _service(found["name"].removesuffix(";"))
    if route in INTERNAL or _PART.fullmatch(found["name"]):
        return None
    if found["family"] == "vhost":
        host, separator, named = found["name"].partition(".route.")
        if not separator:
            return None
        route = f"{host.rstrip(';')} {named.rstrip(';')}"
    return Meaning(Key(_SPANS[found["family"]], route), _WHAT[found["what"].partition("stream_rq_")[2]])


def of_metric(name: str, labels: Mapping[str, str]) -> Meaning | None:
    """The meaning of a metric of Envoy: `envoy_cluster_upstream_rq_time_bucket{cluster_name="..."}`."""
    found = _METRIC.fullmatch(name)
    if found is None or (found["suffix"] and found["what"] != "time"):
        return None
    what = "errors" if found["what"] in ("xx", None) else _WHAT[found["what"]]
    if what == "errors" and not any(labels.get(label, "").startswith("5") for label in _CLASSES):
        return None
    family = found["family"]
    route = next((labels[label] for label in _LABELS[family] if label in labels), "").removesuffix(";")
    if family == "cluster" and (service := labels.get("consul_destination_service")):
        subset = labels.get("consul_destination_service_subset")
        # What is left of the name is that requests were counted apart once more.
        return (
            None
            if found["rest"]
            else Meaning(Key(_SPANS[family], f"{subset} of {service}" if subset else service), what)
        )
    if family == "vhost":
        named = labels.get("route") or labels.get("envoy_route")
        if found["rest"] != "route" or not named:
            return None
        return Meaning(Key("route", f"{route} {named}"), what)
    if route in INTERNAL or not route:
        return None
    if found["rest"]:
        rest = _unmangled(family, found["rest"].rstrip("_"))
        if rest is None:
            return None
        route = f"{route}.{rest}"
    return Meaning(Key(_SPANS[family], route), what)


def _service(cluster: str) -> str:
    """Consul's names of clusters are long, and hold nothing more than the service that anybody asks for."""
    return service_of(cluster) if cluster.endswith(".consul") else cluster


def _unmangled(family: str, rest: str) -> str | None:
    """Without Istio's own tag rules, Envoy cuts a name at its first dot and leaves the rest in the metric's name.

    There every other character is an underscore. Names of namespaces have no dots, so a hyphen can be told from one.
    """
    if re.search(r"(?:^|_)(?:internal|external|canary)$|(?:^|_)zone_", rest):
        return None
    if family == "http":
        return _ADDRESS.sub(r"\1.\2.\3_\4", rest)
    service = _SERVICE.fullmatch(rest)
    if service:
        return f"{service['namespace'].replace('_', '-')}.svc.{service['domain'].replace('_', '.')}"
    return rest.replace("_", ".")
