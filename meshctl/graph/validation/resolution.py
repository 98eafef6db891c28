"""How the addresses of a ServiceEntry are found, and what may then be said of its endpoints."""

from collections.abc import Iterator

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.validation.endpoints import UNIX, ports_and_labels, ports_named, unix_socket, workload
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.hosts import fqdn_or_ip
from meshctl.graph.validation.names import host_complaint, is_fqdn, is_ip
from meshctl.graph.validation.protocols import HTTP, TCP, TLS
from meshctl.model.paths import Path

_DYNAMIC = frozenset({"HTTP", "HTTP2", "GRPC", "TLS"})


def resolution(view: ServiceEntry) -> Iterator[Fault]:
    """What the resolution asks of hosts, ports and endpoints."""
    spec, how = view.spec, view.resolution
    if how == "NONE":
        if spec.get("endpoints"):
            yield Fault(
                ("spec", "endpoints"),
                "With the resolution NONE requests go to the address the caller has, so endpoints are not used.",
                "Use the resolution STATIC or DNS, or remove them.",
            )
        if spec.get("workloadSelector") is not None:
            yield Fault(
                ("spec", "workloadSelector"),
                "With the resolution NONE requests go to the address the caller has, so the selected workloads are not"
                " used.",
                "Use the resolution STATIC.",
                warning=True,
            )
    elif how == "STATIC":
        yield from _static(view)
    elif how in ("DNS", "DNS_ROUND_ROBIN"):
        yield from _dns(view)
    elif how == "DYNAMIC_DNS":
        yield from _dynamic(view)
    if how != "NONE" and len(view.hosts) > 1:
        for i, port in numbered(spec.get("ports")):
            name = text(port.get("protocol")).upper()
            if name not in HTTP and name not in TLS:
                yield Fault(
                    ("spec", "ports", i, "protocol"),
                    f"The entry has several hosts, and {name or 'a port without protocol'} does not say which"
                    " of them a request is for.",
                    "Use an entry for each host, or the protocol HTTP or TLS.",
                )


def _static(view: ServiceEntry) -> Iterator[Fault]:
    names = {text(port.get("name")) for _, port in numbered(view.spec.get("ports"))}
    for i, endpoint in numbered(view.spec.get("endpoints")):
        path: Path = ("spec", "endpoints", i)
        address = text(endpoint.get("address"))
        if address.startswith(UNIX):
            yield from unix_socket(address, (*path, "address"))
            if endpoint.get("ports"):
                yield Fault((*path, "ports"), "A Unix socket has no ports.", "Remove them.")
            if len(names) != 1:
                yield Fault((*path, "address"), "A Unix socket needs an entry of exactly one port.", "Keep one port.")
        elif address and not is_ip(address):
            yield Fault(
                (*path, "address"),
                f"{address!r} is no IP address, which the resolution STATIC needs.",
                "Write the address, or use the resolution DNS.",
            )
        elif not address:
            yield from workload(endpoint, path)
            continue
        yield from ports_and_labels(endpoint, path)
        yield from _port_names(endpoint, path, names)


def _dns(view: ServiceEntry) -> Iterator[Fault]:
    endpoints = tuple(numbered(view.spec.get("endpoints")))
    if not endpoints:
        wrong = next(((i, host) for i, host in view.hosts if not is_fqdn(host)), None)
        if wrong is not None and wrong[1] != "*":
            yield Fault(
                ("spec", "hosts", wrong[0]),
                f"Without endpoints the host is what is looked up in DNS, and {wrong[1]!r} cannot be:"
                f" {host_complaint(wrong[1], wildcard=False)}.",
                "Name the host, list endpoints, or use the resolution NONE or DYNAMIC_DNS.",
            )
    if view.resolution == "DNS_ROUND_ROBIN" and len(endpoints) > 1:
        yield Fault(
            ("spec", "endpoints", endpoints[1][0]),
            "With the resolution DNS_ROUND_ROBIN there can be one endpoint.",
            "Keep one, or use the resolution DNS.",
        )
    names = {text(port.get("name")) for _, port in numbered(view.spec.get("ports"))}
    for i, endpoint in endpoints:
        path: Path = ("spec", "endpoints", i)
        if endpoint.get("address"):
            yield from fqdn_or_ip(endpoint["address"], (*path, "address"))
            yield from ports_and_labels(endpoint, path)
        else:
            yield from workload(endpoint, path)
        yield from _port_names(endpoint, path, names)
    if len(view.hosts) > 1 and view.spec.get("addresses"):
        for i, port in numbered(view.spec.get("ports")):
            if text(port.get("protocol")).upper() in TCP:
                yield Fault(
                    ("spec", "ports", i, "protocol"),
                    "Several hosts share addresses, and over TCP the address does not say which of them is meant.",
                    "Use an entry for each host.",
                    warning=True,
                )


def _dynamic(view: ServiceEntry) -> Iterator[Fault]:
    for i, host in view.hosts:
        if not host.startswith("*"):
            yield Fault(("spec", "hosts", i), f"DYNAMIC_DNS is for wildcards, and {host} is none.", "Use DNS for it.")
    for field in ("addresses", "endpoints"):
        if view.spec.get(field):
            yield Fault(("spec", field), f"With DYNAMIC_DNS there can be no {field}.", f"Remove {field}.")
    for i, port in numbered(view.spec.get("ports")):
        name = text(port.get("protocol")).upper()
        if name not in _DYNAMIC:
            yield Fault(
                ("spec", "ports", i, "protocol"),
                f"With DYNAMIC_DNS the host is read from the request, and {name or 'no protocol'} has none.",
                f"Use one of {', '.join(sorted(_DYNAMIC))}.",
            )


def _port_names(endpoint: Fields, path: Path, names: set[str]) -> Iterator[Fault]:
    for name in ports_named(mapping(endpoint)):
        if name not in names:
            yield Fault(
                (*path, "ports", name),
                f"The entry has no port called {name}, so this number is never used.",
                f"Use one of {', '.join(sorted(names))}." if names - {""} else "Name the ports of the entry.",
            )
