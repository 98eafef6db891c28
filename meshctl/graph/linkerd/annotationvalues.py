"""Which values Linkerd accepts in its annotations for the proxy."""

import json
import re
from collections.abc import Callable, Mapping

from meshctl.graph.linkerd.portlists import port_range
from meshctl.graph.quantities import quantity

INBOUND_POLICIES = (
    "all-unauthenticated",
    "all-authenticated",
    "cluster-authenticated",
    "cluster-unauthenticated",
    "deny",
    "audit",
)
CONFIG = "config.linkerd.io/"
WAIT = "config.alpha.linkerd.io/proxy-wait-before-exit-seconds"
_BOOLEANS = frozenset(["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"])
_GO_DURATION = re.compile(r"[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)")
_PORT_NAME = re.compile(r"(?=.{1,15}\Z)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")

Judge = Callable[[str], str]


def value_problem(name: str, value: str) -> str:
    """What is wrong with the value of an annotation, as the end of a sentence that begins with it; empty if nothing."""
    judge = JUDGES.get(name)
    return judge(value) if judge else ""


def _anything(value: str) -> str:
    return ""


def _something(value: str) -> str:
    return "" if value.strip() else "is empty"


def _one_of(*values: str) -> Judge:
    return lambda value: "" if value in values else f"is none of {', '.join(values)}"


def _boolean(value: str) -> str:
    return "" if value in _BOOLEANS else "is neither true nor false"


def _port(value: str) -> str:
    found = port_range(value)
    return "" if found and "-" not in value else "is not a port number"


def _ports(value: str) -> str:
    return _each(value, lambda item: port_range(item) is not None, "a port or a range such as 4000-4100")


def _ports_or_names(value: str) -> str:
    def fits(item: str) -> bool:
        return port_range(item) is not None or _PORT_NAME.fullmatch(item) is not None

    return _each(value, fits, "a port, a range such as 4000-4100 or the name of a port")


def _networks(value: str) -> str:
    return _each(value, _is_network, "a network such as 10.0.0.0/8")


def _is_network(item: str) -> bool:
    from ipaddress import ip_network

    try:
        ip_network(item, strict=False)
    except ValueError:
        return False
    return "/" in item


def _amount(value: str) -> str:
    found = quantity(value)
    return "" if found is not None and found >= 0 else "is not an amount such as 100m or 128Mi"


def _ratio(value: str) -> str:
    # Longer ones are no number that anybody wants; and int() and float() of endless digits take their time.
    plain = re.fullmatch(r"[0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20}", value)
    return "" if plain and 0 <= float(value) <= 1 else "is not a number from 0.0 to 1.0"


def _whole(value: str) -> str:
    return "" if re.fullmatch("[0-9]{1,10}", value) else "is not a whole number"


def _duration(value: str) -> str:
    return "" if _GO_DURATION.fullmatch(value) else "is not a duration such as 500ms or 1m30s"


def _environment(value: str) -> str:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return "is not JSON"
    good = isinstance(found, list) and all(isinstance(item, dict) and item.get("name") for item in found)
    return "" if good else "is not a list of variables, each with a name"


def _each(value: str, fits: Callable[[str], bool], what: str) -> str:
    wrong = next((item for item in value.split(",") if item.strip() and not fits(item.strip())), None)
    return "" if wrong is None else f"has {wrong.strip()!r}, which is not {what}"


_PULL = _one_of("Always", "IfNotPresent", "Never")
_SWITCH = _one_of("enabled", "disabled")
_OF_CONFIG: Mapping[Judge, str] = {
    _something: "proxy-image proxy-version debug-image debug-image-version",
    _PULL: "image-pull-policy debug-image-pull-policy",
    _port: "control-port inbound-port outbound-port admin-port",
    _ports: "skip-inbound-ports skip-outbound-ports pod-inbound-ports proxy-require-identity-inbound-ports",
    _ports_or_names: "opaque-ports",
    _networks: "skip-subnets",
    _amount: "proxy-cpu-request proxy-cpu-limit proxy-memory-request proxy-memory-limit"
    " proxy-ephemeral-storage-request proxy-ephemeral-storage-limit",
    _ratio: "proxy-cpu-ratio-limit",
    _whole: "proxy-uid proxy-gid",
    _boolean: "enable-external-profiles enable-debug-sidecar proxy-enable-native-sidecar"
    " proxy-metrics-hostname-labels proxy-disable-outbound-protocol-detect-timeout"
    " proxy-disable-inbound-protocol-detect-timeout enable-gateway",
    _SWITCH: "proxy-await proxy-admin-shutdown",
    _duration: "proxy-outbound-connect-timeout proxy-inbound-connect-timeout"
    " proxy-outbound-discovery-cache-unused-timeout proxy-inbound-discovery-cache-unused-timeout"
    " close-wait-timeout shutdown-grace-period",
    _one_of(*INBOUND_POLICIES): "default-inbound-policy",
    _one_of("apache", "json"): "access-log",
    _one_of("plain", "json"): "proxy-log-format",
    _one_of("insecure", "off"): "proxy-log-http-headers",
    _environment: "proxy-additional-env",
    _anything: "proxy-log-level",
}

INSTEAD: Mapping[str, str] = {
    "config.alpha.linkerd.io/proxy-enable-native-sidecar": f"{CONFIG}proxy-enable-native-sidecar",
    "config.beta.linkerd.io/proxy-enable-native-sidecar": f"{CONFIG}proxy-enable-native-sidecar",
    f"{CONFIG}disable-tap": "viz.linkerd.io/disable-tap",
    f"{CONFIG}disable-identity": "",
    f"{CONFIG}init-image": "",
    f"{CONFIG}init-image-version": "",
    f"{CONFIG}trace-collector": "",
    "config.alpha.linkerd.io/trace-collector": "",
    "config.alpha.linkerd.io/trace-collector-service-account": "",
}
"""Old names, and the annotation that takes the place of each; empty where none does."""

JUDGES: Mapping[str, Judge] = {
    **{CONFIG + name: judge for judge, names in _OF_CONFIG.items() for name in names.split()},
    WAIT: _whole,
    "viz.linkerd.io/disable-tap": _boolean,
    "viz.linkerd.io/tap-enabled": _boolean,
    "config.alpha.linkerd.io/proxy-enable-native-sidecar": _boolean,
    "config.beta.linkerd.io/proxy-enable-native-sidecar": _boolean,
}
"""The annotations that Linkerd knows, and what says whether a value is one."""
