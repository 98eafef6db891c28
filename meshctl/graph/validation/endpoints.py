"""Addresses of workloads: WorkloadEntries, endpoints of ServiceEntries."""

from collections.abc import Iterator
from typing import Any

from meshctl.graph.fields import Fields, mapping, text
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.hosts import fqdn_or_ip
from meshctl.graph.validation.labels import label_set
from meshctl.graph.validation.names import is_label
from meshctl.graph.validation.ranges import port
from meshctl.model.paths import Path

UNIX = "unix://"


def unix_socket(address: str, path: Path) -> Iterator[Fault]:
    """The path of a Unix socket."""
    name = address.removeprefix(UNIX)
    if not name.startswith(("/", "@")) or name.endswith("/"):
        yield Fault(path, f"{address!r} is no absolute path of a socket.", "Write unix:///path/of/socket.")


def workload(value: Fields, path: Path) -> Iterator[Fault]:
    """A workload with an address of its own."""
    address = text(value.get("address"))
    if not address:
        if not value.get("network"):
            yield Fault((*path, "address"), "There is no address.", "Add the IP address of the workload.")
        else:
            yield Fault(
                (*path, "address"),
                "There is only a network and no address: requests go to the gateway of that network.",
                "Add the address if the workload can be reached directly.",
                warning=True,
            )
    elif address.startswith(UNIX):
        yield from unix_socket(address, (*path, "address"))
        if value.get("ports"):
            yield Fault((*path, "ports"), "A Unix socket has no ports.", "Remove them.")
    else:
        yield from fqdn_or_ip(address, (*path, "address"))
    yield from ports_and_labels(value, path)


def ports_and_labels(value: Fields, path: Path) -> Iterator[Fault]:
    """Ports by name, and labels."""
    for name, number in mapping(value.get("ports")).items():
        place = (*path, "ports", name)
        if not is_label(name):
            yield Fault(place, f"{name!r} is no name of a port.", "Use letters, digits and inner dashes.")
        yield from port(number, place)
    yield from label_set(value.get("labels"), (*path, "labels"))


def ports_named(value: Any) -> tuple[str, ...]:
    """Names of the ports of a workload."""
    return tuple(mapping(mapping(value).get("ports")))
