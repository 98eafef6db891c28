"""Which values Istio accepts in its annotations."""

import re
from collections.abc import Callable, Iterable, Mapping

from meshctl.graph.fields import Fields
from meshctl.graph.meshconfig import yaml_mapping
from meshctl.graph.nearest import Names
from meshctl.graph.proxyresources import RESOURCE_ANNOTATIONS
from meshctl.graph.quantities import quantity

_BOOLEANS = frozenset(["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"])
_INTERFACE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,14}")
_DURATION = re.compile(r"([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+")
_MODES = ("REDIRECT", "TPROXY", "NONE")
# Fields of the ProxyConfig of the mesh configuration.
_PROXY_FIELDS = [
    "configPath",
    "binaryPath",
    "serviceCluster",
    "tracingServiceName",
    "drainDuration",
    "parentShutdownDuration",
    "discoveryAddress",
    "discoveryRefreshDelay",
    "zipkinAddress",
    "statsdUdpAddress",
    "envoyMetricsServiceAddress",
    "proxyAdminPort",
    "availabilityZone",
    "controlPlaneAuthPolicy",
    "customConfigFile",
    "statNameLength",
    "concurrency",
    "proxyBootstrapTemplatePath",
    "interceptionMode",
    "tracing",
    "sds",
    "envoyAccessLogService",
    "envoyMetricsService",
    "proxyMetadata",
    "runtimeValues",
    "statusPort",
    "extraStatTags",
    "gatewayTopology",
    "terminationDrainDuration",
    "meshId",
    "readinessProbe",
    "proxyStatsMatcher",
    "holdApplicationUntilProxyStarts",
    "caCertificatesPem",
    "image",
    "privateKeyProvider",
    "proxyHeaders",
    "fileFlushInterval",
    "fileFlushMinSizeKb",
    "statsCompression",
]
_PORTS = ("proxyAdminPort", "statusPort")
_NUMBERS = ("concurrency", "statNameLength", "fileFlushMinSizeKb")
_SWITCHES = ("holdApplicationUntilProxyStarts",)
_DURATIONS = ("drainDuration", "terminationDrainDuration")
_ADDRESSES = ("discoveryAddress", "zipkinAddress", "statsdUdpAddress")


def value_problem(name: str, value: str) -> str:
    """What is wrong with the value of an annotation, as the end of a sentence that begins with it; empty if nothing."""
    check = _CHECKS.get(name)
    return check(value) if check else ""


def _mode(value: str) -> str:
    return "" if value in _MODES else f"is none of {', '.join(_MODES)}"


def _boolean(value: str) -> str:
    return "" if value in _BOOLEANS else "is neither true nor false"


def _count(value: str) -> str:
    return "" if _number(value, 2**32) is not None else "is not a whole number from 0 to 4294967295"


def _port(value: str) -> str:
    return "" if _number(value.strip(), 2**16) is not None else "is not a port number"


def _ports(value: str) -> str:
    return _first(f"has {item!r}, which is not a port number" for item in _items(value) if _port(item))


def _ports_or_all(value: str) -> str:
    return "" if value == "*" else _ports(value)


def _ranges(value: str) -> str:
    return _first(f"has {item!r}, which is not a CIDR such as 10.0.0.0/8" for item in _items(value) if not _cidr(item))


def _ranges_or_all(value: str) -> str:
    return "" if value == "*" else _ranges(value)


def _interfaces(value: str) -> str:
    wrong = (item for item in _items(value) if not _INTERFACE.fullmatch(item.strip()))
    return _first(f"has {item!r}, which is not the name of a network interface" for item in wrong)


def _amount(value: str) -> str:
    found = quantity(value)
    return "" if found is not None and found >= 0 else "is not an amount such as 100m or 128Mi"


def _proxy_config(value: str) -> str:
    fields = yaml_mapping(value)
    return "is not a mapping in YAML" if fields is None else _first(_of_fields(fields))


def _of_fields(fields: Fields) -> Iterable[str]:
    known = Names(_PROXY_FIELDS)
    for name in fields:
        camel = re.sub(r"_([a-z])", lambda m: m[1].upper(), str(name))
        # A name that is like none of these may be one of a newer Istio.
        if camel not in _PROXY_FIELDS and (near := known.nearest(camel)):
            yield f"has an unknown field {name}, perhaps {near} is meant"
    for name in _PORTS:
        port = fields.get(name)
        if port is not None and (isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535):
            yield f"has {name} {port!r}, which is not a port number"
    for name in _NUMBERS:
        number = fields.get(name)
        if number is not None and (isinstance(number, bool) or not re.fullmatch(r"-?[0-9]+(\.0+)?", str(number))):
            yield f"has {name} {number!r}, which is not a number"
    for name in _SWITCHES:
        if fields.get(name) is not None and not isinstance(fields[name], bool):
            yield f"has {name} {fields[name]!r}, which is neither true nor false"
    for name in _DURATIONS:
        time = fields.get(name)
        if time is not None and not (isinstance(time, str) and _DURATION.fullmatch(time)):
            yield f"has {name} {time!r}, which is not a duration such as 45s"
    for name in _ADDRESSES:
        address = fields.get(name)
        if address is not None and not (isinstance(address, str) and _is_address(address)):
            yield f"has {name} {address!r}, which is not host:port"


def _is_address(value: str) -> bool:
    host, colon, port = value.rpartition(":")
    return bool(host and colon) and _number(port, 2**16) not in (None, 0)


def _number(value: str, bound: int) -> int | None:
    found = int(value) if re.fullmatch("[0-9]{1,10}", value) else None
    return found if found is not None and found < bound else None


def _items(value: str) -> Iterable[str]:
    return value.split(",") if value.strip() else ()


def _cidr(value: str) -> bool:
    from ipaddress import ip_network

    address, slash, length = value.partition("/")
    try:
        ip_network(value, strict=False)
    except ValueError:
        return False
    return bool(address and slash) and length.isdecimal()


def _first(problems: Iterable[str]) -> str:
    return next(iter(problems), "")


_READINESS = "readiness.status.sidecar.istio.io/"
_TRAFFIC = "traffic.sidecar.istio.io/"
_CHECKS: Mapping[str, Callable[[str], str]] = {
    "sidecar.istio.io/interceptionMode": _mode,
    "status.sidecar.istio.io/port": _port,
    f"{_READINESS}initialDelaySeconds": _count,
    f"{_READINESS}periodSeconds": _count,
    f"{_READINESS}failureThreshold": _count,
    f"{_TRAFFIC}includeOutboundIPRanges": _ranges_or_all,
    f"{_TRAFFIC}excludeOutboundIPRanges": _ranges,
    f"{_TRAFFIC}includeInboundPorts": _ports_or_all,
    f"{_TRAFFIC}excludeInboundPorts": _ports,
    f"{_TRAFFIC}excludeOutboundPorts": _ports,
    f"{_TRAFFIC}excludeInterfaces": _interfaces,
    f"{_TRAFFIC}kubevirtInterfaces": _interfaces,
    "istio.io/reroute-virtual-interfaces": _interfaces,
    "prometheus.istio.io/merge-metrics": _boolean,
    "proxy.istio.io/config": _proxy_config,
    **dict.fromkeys(RESOURCE_ANNOTATIONS, _amount),
}
