"""A ServiceEntry as a whole; how its addresses are found is in `resolution.py`."""

from collections.abc import Iterator

from meshctl.graph.fields import Fields, integer, listed, numbered_texts, text
from meshctl.graph.kinds.networking import ServiceEntry
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.hosts import export_to, wildcard_domain
from meshctl.graph.validation.labels import selector
from meshctl.graph.validation.names import is_label, is_subnet
from meshctl.graph.validation.protocols import protocol
from meshctl.graph.validation.ranges import needed_port, port
from meshctl.graph.validation.resolution import resolution
from meshctl.model.paths import Path

_WITH_NETWORKS = ("NONE", "STATIC")


def service_entry(view: ServiceEntry) -> Iterator[Fault]:
    """What Istio refuses in a ServiceEntry."""
    spec = view.spec
    chosen = tuple(selector(spec, ("spec",), "workloadSelector", "labels"))
    yield from chosen
    if chosen:
        return
    if spec.get("workloadSelector") is not None and spec.get("endpoints"):
        yield Fault(
            ("spec", "endpoints"),
            "workloadSelector finds the endpoints, and endpoints lists them: only one of them may be there.",
            "Keep one of the two.",
        )
    yield from _hosts(view)
    yield from _addresses(view)
    yield from _ports(view)
    yield from resolution(view)
    yield from export_to(spec.get("exportTo"), ("spec", "exportTo"), view.namespace, hidden=True)


def _hosts(view: ServiceEntry) -> Iterator[Fault]:
    if not listed(view.spec.get("hosts")):
        yield Fault(("spec", "hosts"), "The entry has no hosts, so nothing can be sent to it.", "Add the hosts.")
    for i, host in view.hosts:
        path = ("spec", "hosts", i)
        if host == "*":
            yield Fault(path, "The host '*' would be every host there is.", "Name the hosts, as *.example.com.")
            continue
        yield from wildcard_domain(host, path)
        if host.startswith("*") and not host.startswith("*.") and view.resolution != "DYNAMIC_DNS":
            yield Fault(
                path,
                f"{host!r}: a wildcard that is a part of a name takes more than its part.",
                "Write it as *.example.com.",
                warning=True,
            )


def _addresses(view: ServiceEntry) -> Iterator[Fault]:
    for i, address in numbered_texts(view.spec.get("addresses")):
        path = ("spec", "addresses", i)
        if not is_subnet(address):
            yield Fault(path, f"{address!r} is no address or network.", "Write it as 10.1.2.3 or 10.0.0.0/8.")
        elif "/" in address and view.resolution not in _WITH_NETWORKS:
            yield Fault(
                path,
                f"A network such as {address} can stand only where the caller's address is kept,"
                f" not with the resolution {view.resolution}.",
                "Use the resolution NONE or STATIC, or single addresses.",
            )


def _ports(view: ServiceEntry) -> Iterator[Fault]:
    names: set[str] = set()
    numbers: set[int] = set()
    for i, entry in enumerate(listed(view.spec.get("ports"))):
        path: Path = ("spec", "ports", i)
        if not isinstance(entry, dict):
            yield Fault(path, "The port is null.", "Remove the item.")
            continue
        yield from _port(entry, path)
        name, number = text(entry.get("name")), integer(entry.get("number"))
        if name and name in names:
            yield Fault((*path, "name"), f"Two ports are called {name}.", "Rename one of the two.")
        if number in numbers:
            yield Fault((*path, "number"), f"The port {number} stands twice.", "Remove one of the two.")
        names.add(name)
        if number is not None:
            numbers.add(number)


def _port(entry: Fields, path: Path) -> Iterator[Fault]:
    name = text(entry.get("name"))
    if not is_label(name):
        what = f"{name!r} is no name of a port." if name else "The port has no name."
        yield Fault((*path, "name"), what, "Use up to 63 letters, digits and inner dashes.")
    yield from protocol(entry.get("protocol"), (*path, "protocol"), optional=True)
    yield from needed_port(entry.get("number"), (*path, "number"))
    if entry.get("targetPort"):
        yield from port(entry["targetPort"], (*path, "targetPort"))
