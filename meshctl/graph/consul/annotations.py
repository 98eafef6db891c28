"""The annotations that Consul reads on pods, and which values it takes."""

import json
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from typing import NamedTuple

from meshctl.graph.consul.values import HIGHEST_PORT, number, port_value, truth
from meshctl.graph.kinds.workload import Workload
from meshctl.graph.mesh import MeshGraph, index
from meshctl.graph.nearest import Names
from meshctl.graph.quantities import quantity
from meshctl.graph.workloads import owner
from meshctl.model.paths import Path

PREFIX = "consul.hashicorp.com/"
INJECT = PREFIX + "connect-inject"
SERVICE = PREFIX + "connect-service"
PORT = PREFIX + "connect-service-port"
UPSTREAMS = PREFIX + "connect-service-upstreams"
KUBERNETES_SERVICE = PREFIX + "kubernetes-service"
GATEWAY_KIND = PREFIX + "gateway-kind"
GATEWAY_SERVICE = PREFIX + "gateway-consul-service-name"
STATUS = PREFIX + "connect-inject-status"
TRANSPARENT_PROXY = PREFIX + "transparent-proxy"
CONSUL_DNS = PREFIX + "consul-dns"
METRICS = PREFIX + "enable-metrics"
MERGING = PREFIX + "enable-metrics-merging"
IGNORE = PREFIX + "service-ignore"
TAGS = PREFIX + "service-tags"
META = PREFIX + "service-meta-"

Judge = Callable[[Workload, str], str]


class Annotation(NamedTuple):
    """An annotation of Consul as a workload carries it; `on_pod` says that its pods do, where alone it is read."""

    workload: Workload
    path: Path
    name: str
    value: str
    on_pod: bool

    @property
    def is_known(self) -> bool:
        """Whether Consul knows the name."""
        return self.name in CHECKS or (self.name.startswith(META) and self.name != META)

    @property
    def problem(self) -> str:
        """What is wrong with the value, as the end of a sentence that begins with it; empty if nothing is."""
        judge = CHECKS.get(self.name)
        return judge(self.workload, self.value) if judge else ""


@index(Workload)
def consul_annotations(mesh: MeshGraph) -> tuple[Annotation, ...]:
    """Those on workloads and their pods, but for what Consul itself has injected, and pods whose template is known."""
    return tuple(_annotations(mesh))


def nearest_annotation(name: str) -> str | None:
    """The annotation that was probably meant; None where nothing is near."""
    lower = name.lower()
    if lower in CHECKS:
        return lower
    tail = lower.removeprefix(PREFIX)
    return Names(CHECKS).nearest(lower) or next(
        (k for k in CHECKS if k.removeprefix(PREFIX + "connect-") == tail), None
    )


def _annotations(mesh: MeshGraph) -> Iterator[Annotation]:
    own: Path = ("metadata", "annotations")
    for workload in mesh.all(Workload):
        if workload.is_pod and (STATUS in workload.pod_annotations or owner(mesh, workload) is not None):
            continue
        if not workload.is_pod:
            yield from _carried(workload, own, workload.annotations, False)
        yield from _carried(workload, workload.pod_field(*own), workload.pod_annotations, True)


def _carried(workload: Workload, path: Path, carried: Mapping[str, str], on_pod: bool) -> Iterator[Annotation]:
    for name, value in carried.items():
        if name.startswith(PREFIX):
            yield Annotation(workload, (*path, name), name, value, on_pod)


def _anything(workload: Workload, value: str) -> str:
    return ""


def _boolean(workload: Workload, value: str) -> str:
    return "is neither true nor false" if truth(value) is None else ""


def _count(workload: Workload, value: str) -> str:
    return "" if value.isdecimal() and value.isascii() else "is not a whole number"


def _user_port(workload: Workload, value: str) -> str:
    port = port_value(workload, value)
    return "" if port is not None and 1024 <= port <= HIGHEST_PORT else "is not a port from 1024 to 65535"


def _port(workload: Workload, value: str) -> str:
    port = port_value(workload, value)
    fits = port is not None and 1 <= port <= HIGHEST_PORT
    return "" if fits else "is neither a port number nor the name of a port of the pod"


def _ports(workload: Workload, value: str) -> str:
    return _first(workload, value, _port)


def _numbers(workload: Workload, value: str) -> str:
    wrong = (item.strip() for item in value.split(",") if not 1 <= (number(item.strip()) or 0) <= HIGHEST_PORT)
    return next((f"has {item!r}, which is not a port number" for item in wrong), "")


def _user_ids(workload: Workload, value: str) -> str:
    wrong = (item.strip() for item in value.split(",") if _count(workload, item.strip()))
    return next((f"has {item!r}, which is not a user id" for item in wrong), "")


def _ranges(workload: Workload, value: str) -> str:
    wrong = (item.strip() for item in value.split(",") if not _is_range(item.strip()))
    return next((f"has {item!r}, which is not a CIDR such as 10.0.0.0/8" for item in wrong), "")


def _is_range(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _amount(workload: Workload, value: str) -> str:
    found = quantity(value)
    return "" if found is not None and found >= 0 else "is not an amount such as 100m or 128Mi"


def _json(workload: Workload, value: str) -> str:
    return _of_json(value, dict, "is not a mapping in JSON")


def _json_list(workload: Workload, value: str) -> str:
    return _of_json(value, list, "is not a list in JSON")


def _of_json(value: str, shape: type, problem: str) -> str:
    try:
        return "" if not value or isinstance(json.loads(value), shape) else problem
    except ValueError:
        return problem


def _gateway(workload: Workload, value: str) -> str:
    kinds = ("mesh-gateway", "terminating-gateway", "ingress-gateway", "api-gateway")
    return "" if value in kinds else f"is none of {', '.join(kinds)}"


def _first(workload: Workload, value: str, judge: Judge) -> str:
    for item in value.split(","):
        if problem := judge(workload, item.strip()):
            return f"has {item.strip()!r}, which {problem}"
    return ""


_BY_JUDGE: Mapping[Judge, str] = {
    # INJECT, UPSTREAMS and the ports of several services have checks of their own.
    _anything: (
        "connect-inject connect-service connect-service-upstreams kubernetes-service service-tags envoy-extra-args"
        " connect-inject-mount-volume connect-service-default-port connect-inject-status transparent-proxy-status"
        " connect-inject-managed-by consul-namespace prometheus-scrape-path service-metrics-path"
        " redirect-traffic-config"
        " prometheus-ca-file prometheus-ca-path prometheus-cert-file prometheus-key-file original-pod dual-stack"
        " connect-k8s-version consul-k8s-version peering-version peering-token mesh-inject service-ignore"
        " gateway-consul-service-name gateway-wan-address-source gateway-wan-address-static gateway-namespace"
        " sidecar-proxy-lifecycle-graceful-shutdown-path sidecar-proxy-lifecycle-graceful-startup-path"
        " consul-sidecar-access-log-enabled consul-sidecar-access-log-path telemetry-collector config-checksum"
        " connect-sync service-sync service-name service-port"
    ),
    _boolean: (
        "transparent-proxy consul-dns transparent-proxy-overwrite-probes enable-metrics enable-metrics-merging"
        " use-proxy-health-check enable-sidecar-proxy-lifecycle enable-consul-dataplane-as-sidecar"
        " enable-sidecar-proxy-lifecycle-shutdown-drain-listeners"
    ),
    _count: (
        "sidecar-proxy-lifecycle-shutdown-grace-period-seconds sidecar-proxy-lifecycle-startup-grace-period-seconds"
        " sidecar-proxy-startup-failure-seconds sidecar-proxy-liveness-failure-seconds consul-envoy-proxy-concurrency"
        " sidecar-initial-probe-check-delay-seconds sidecar-probe-period-seconds sidecar-probe-failure-threshold"
        " sidecar-probe-check-timeout-seconds sidecar-proxy-lifecycle-graceful-port mesh-gateway-container-port"
        " gateway-wan-port"
    ),
    _ports: "connect-service-port",
    _port: "service-metrics-port",
    _user_port: "merged-metrics-port prometheus-scrape-port",
    _numbers: "transparent-proxy-exclude-inbound-ports transparent-proxy-exclude-outbound-ports",
    _ranges: "transparent-proxy-exclude-outbound-cidrs",
    _user_ids: "transparent-proxy-exclude-uids",
    _amount: (
        "sidecar-proxy-cpu-limit sidecar-proxy-cpu-request sidecar-proxy-memory-limit sidecar-proxy-memory-request"
    ),
    _json: "proxy-config-map",
    _json_list: "consul-sidecar-user-volume consul-sidecar-user-volume-mount",
    _gateway: "gateway-kind",
}
CHECKS: Mapping[str, Judge] = {PREFIX + name: judge for judge, names in _BY_JUDGE.items() for name in names.split()}
