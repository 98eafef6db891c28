"""Hosts with a namespace before them, as Gateways and Sidecars name them."""

from collections.abc import Iterator

from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.names import host_complaint, is_ip, is_label, is_wildcard_domain
from meshctl.model.paths import Path


def namespaced_host(value: str, path: Path, *, addresses: bool = False, needed: bool = False) -> Iterator[Fault]:
    """`namespace/host`; the namespace may be left out unless it is `needed`, `addresses` allows an address as host."""
    place, slash, host = value.rpartition("/")
    if needed and not slash:
        yield Fault(path, f"{value!r} has no namespace.", f"Write ./{value}, */{value} or NAMESPACE/{value}.")
        return
    if slash and place not in ("*", ".") and not is_label(place):
        yield Fault(path, f"{place!r} is no namespace.", 'Write "*", "." or the name of one before the slash.')
    if not host:
        yield Fault(path, f"{value!r} has no host.", "Write it after the slash, `*` for all.")
    elif not (host == "*" or (addresses and is_ip(host))):
        if "*" in host and not host.startswith("*."):
            yield Fault(
                path, f"{host!r}: a wildcard stands for whole parts of a name.", "Write `*` or `*.example.com`."
            )
        elif not is_wildcard_domain(host):
            yield Fault(path, f"{host!r} is no host name: {host_complaint(host)}.", "Write it as shop.example.com.")
        elif "." not in host:
            yield Fault(
                path,
                f"{host!r} is a short name, and hosts have to be whole names here.",
                f"Write {host}.NAMESPACE.svc.cluster.local, or the name clients use.",
            )
