"""WorkloadEntries, WorkloadGroups and ProxyConfigs."""

from collections.abc import Iterator

from msgspec import structs

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.machine import WorkloadEntry, WorkloadGroup
from meshctl.graph.kinds.networking import ProxyConfig
from meshctl.graph.validation.endpoints import ports_and_labels, workload
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.headers import is_token
from meshctl.graph.validation.labels import label_set, selector
from meshctl.graph.validation.ranges import at_least, needed_port
from meshctl.model.paths import Path

_PROBE_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def workload_entry(view: WorkloadEntry) -> Iterator[Fault]:
    """What Istio refuses in a WorkloadEntry."""
    yield from workload(view.spec, ("spec",))


def workload_group(view: WorkloadGroup) -> Iterator[Fault]:
    """What Istio refuses in a WorkloadGroup."""
    spec = view.spec
    if not isinstance(spec.get("template"), dict):
        yield Fault(("spec", "template"), "The group has no template for its entries.", "Add one; `{}` is enough.")
    else:
        for fault in ports_and_labels(spec["template"], ("spec", "template")):
            yield structs.replace(fault, unseen=True)
    yield from label_set(mapping(spec.get("metadata")).get("labels"), ("spec", "metadata", "labels"))
    if isinstance(spec.get("probe"), dict):
        yield from _probe(spec["probe"], ("spec", "probe"))


def proxy_config(view: ProxyConfig) -> Iterator[Fault]:
    """What Istio refuses in a ProxyConfig."""
    yield from selector(view.spec, ("spec",), "selector", "matchLabels")
    yield from at_least(view.spec.get("concurrency"), ("spec", "concurrency"))


def _probe(probe: Fields, path: Path) -> Iterator[Fault]:
    for field in _PROBE_NUMBERS:
        yield from at_least(probe.get(field), (*path, field))
    http, tcp, command = probe.get("httpGet"), probe.get("tcpSocket"), probe.get("exec")
    if isinstance(http, dict):
        place = (*path, "httpGet")
        yield from needed_port(http.get("port"), (*place, "port"))
        scheme = text(http.get("scheme"))
        if scheme not in ("", "HTTP", "HTTPS"):
            yield Fault((*place, "scheme"), f"{scheme!r} is no scheme of a probe.", "Use HTTP or HTTPS.")
        for i, header in numbered(http.get("httpHeaders")):
            if not is_token(text(header.get("name"))):
                where = (*place, "httpHeaders", i, "name")
                yield Fault(where, "The header has no valid name.", "Use letters, digits and dashes.")
    elif isinstance(tcp, dict):
        yield from needed_port(tcp.get("port"), (*path, "tcpSocket", "port"))
    elif isinstance(command, dict):
        if not command.get("command"):
            yield Fault((*path, "exec", "command"), "The probe has no command.", "Add it.")
    else:
        yield Fault(
            (*path, "grpc") if "grpc" in probe else path,
            "The probe has no check that istio-agent can make.",
            "Use httpGet, tcpSocket or exec.",
        )
